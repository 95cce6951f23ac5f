"""Reading who agreed to what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from venue.consents.models import Consent, ConsentText
from venue.db import execute_core

_AGREED = select(Consent.person_id).where(
    Consent.text_id == bindparam("text_id"),
    Consent.person_id.in_(bindparam("person_ids", expanding=True)),
    Consent.withdrawn_at.is_(None),
)


def agreed(session: Session, text_id: int, person_ids: Sequence[int]) -> frozenset[int]:
    """Return who of these people has agreed to a version of a text and not taken it back."""
    if not person_ids:
        return frozenset()
    values = {"text_id": text_id, "person_ids": list(person_ids)}
    return frozenset(execute_core(session, _AGREED, values).scalars())


def consents_of(session: Session, person_ids: Sequence[int]) -> Sequence[Consent]:
    """Return what these people agreed to, texts loaded: in force first, then the newest."""
    return session.scalars(
        select(Consent)
        .join(Consent.text)
        .where(Consent.person_id.in_(person_ids))
        .options(contains_eager(Consent.text))
        .order_by(Consent.withdrawn_at.is_not(None), Consent.given_at.desc(), Consent.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def newer_than(session: Session, one: ConsentText) -> ConsentText | None:
    """Return the version that came after a text, None when it is the newest."""
    return session.scalars(
        select(ConsentText).where(ConsentText.follows_id == one.id)
    ).one_or_none()
