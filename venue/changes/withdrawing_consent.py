"""Taking a consent back: the seat stays, and those who run the program are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.accounts.models import StaffRole
from venue.accounts.rules import Role
from venue.audit.rules import Actor
from venue.changes.affected import tell_all
from venue.childcare.noting_health import forget_health
from venue.consents import giving
from venue.consents.models import Consent
from venue.consents.reading import versions_from
from venue.notifications.rules import MessageKind
from venue.programs.models import Program
from venue.seats.models import Enrollment
from venue.seats.rules import ACTIVE


def withdraw_consent(session: Session, consent_id: int, *, actor: Actor, now: datetime) -> Consent:
    """Take an agreement back; asked twice, it does nothing more.

    A seat that is held stays: withdrawing ends what was agreed to (no more pictures), not what was
    enrolled in, and to make it cost the seat would not be as easy as giving it was (PIPL art. 15,
    16). Teacher and managers are told, so that they act on it in class; whoever enrolls later is
    asked again. Health notes for which no consent is left are deleted at once (art. 47). Raises
    NoResultFound for an unknown one.
    """
    consent = giving.withdraw(session, consent_id, actor=actor, now=now)
    if consent is None:
        return session.get_one(Consent, consent_id)
    forget_health(session, [consent.person_id], actor=actor, now=now)
    for program in _programs(session, consent):
        managers = session.scalars(
            select(StaffRole.person_id).where(
                StaffRole.center_id == program.center_id,
                StaffRole.role == Role.MANAGER,
                StaffRole.ended_at.is_(None),
            )
        ).all()
        told = {*managers, *([program.teacher_id] if program.teacher_id is not None else [])}
        facts = {"person": consent.person.full_name, "text": consent.text.title}
        tell_all(session, sorted(told), MessageKind.CONSENT_WITHDRAWN, program, facts, now=now)
    return consent


def _programs(session: Session, consent: Consent) -> list[Program]:
    """Return in which programs the person has a claim for which they agreed to the text.

    A program may ask for a later version by now: they enrolled under this one.
    """
    return list(
        session.scalars(
            select(Program)
            .where(
                Program.consent_text_id.in_(versions_from(consent.text_id)),
                Program.id.in_(
                    select(Enrollment.program_id).where(
                        Enrollment.person_id == consent.person_id, Enrollment.status.in_(ACTIVE)
                    )
                ),
            )
            .order_by(Program.id)
        )
    )
