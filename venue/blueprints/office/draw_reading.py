"""What the office reads of a draw: what winners answered, and which programs could join."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue.draws.models import Applicant, Application, Draw, DrawProgram
from venue.places.models import Center
from venue.programs.models import Program
from venue.programs.rules import Admission, Books
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus


@dataclass(frozen=True, slots=True)
class Answers:
    """How many people of those who won a program confirmed, may still answer, or did not."""

    confirmed: int = 0
    open: int = 0
    lapsed: int = 0


def answers_of(session: Session, draw: Draw) -> Mapping[int, Answers]:
    """Return by program what the winners of a draw answered; empty before it is drawn."""
    if draw.drawn_at is None:
        return {}
    rows = session.execute(
        select(Application.won_program_id, Enrollment.status, func.count())
        .join(Applicant, Applicant.application_id == Application.id)
        .join(
            Enrollment,
            (Enrollment.person_id == Applicant.person_id)
            & (Enrollment.program_id == Application.won_program_id)
            & (Enrollment.created_at == draw.drawn_at),
        )
        .where(Application.draw_id == draw.id)
        .group_by(Application.won_program_id, Enrollment.status)
    )
    found: dict[int, Counter[EnrollmentStatus]] = defaultdict(Counter)
    for program_id, status, people in rows:
        if program_id is not None:
            found[program_id][status] += people
    return {
        program_id: Answers(
            statuses[EnrollmentStatus.CONFIRMED],
            statuses[EnrollmentStatus.OFFERED],
            statuses.total()
            - statuses[EnrollmentStatus.CONFIRMED]
            - statuses[EnrollmentStatus.OFFERED],
        )
        for program_id, statuses in found.items()
    }


def candidates(session: Session, center: Center, draw: Draw) -> Sequence[Program]:
    """Return the programs of a center that a draw could still take in, by title."""
    return session.scalars(
        select(Program)
        .outerjoin(DrawProgram, DrawProgram.program_id == Program.id)
        .where(
            Program.center_id == center.id,
            Program.term_id == draw.term_id,
            Program.admission == Admission.LOTTERY,
            Program.books == Books.SERIES,
            Program.cancelled_at.is_(None),
            DrawProgram.program_id.is_(None),
        )
        .order_by(Program.title, Program.id)
    ).all()
