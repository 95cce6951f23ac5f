"""Reading opinions: what one said oneself, and how many said what."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue.opinions.models import Opinion
from venue.opinions.rules import Face


def count_faces(session: Session, session_id: int) -> dict[Face, int]:
    """Return how many had each opinion of a session."""
    rows = session.execute(
        select(Opinion.face, func.count())
        .where(Opinion.session_id == session_id)
        .group_by(Opinion.face)
    )
    counted = {row[0]: row[1] for row in rows}
    return {face: counted.get(face, 0) for face in Face}


def own_faces(session: Session, session_id: int, person_ids: Collection[int]) -> dict[int, Face]:
    """Return by person what they said of a session."""
    rows = session.execute(
        select(Opinion.person_id, Opinion.face).where(
            Opinion.session_id == session_id, Opinion.person_id.in_(person_ids)
        )
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}
