"""Reading who agreed to what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, bindparam, select
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


def consents_of(
    session: Session, person_ids: Sequence[int], *chosen: ColumnElement[bool]
) -> Sequence[Consent]:
    """Return what these people agreed to, loaded with text and person, in one query.

    What is in force comes first, then the newest.
    """
    return session.scalars(
        select(Consent)
        .join(Consent.text)
        .join(Consent.person)
        .where(Consent.person_id.in_(person_ids), *chosen)
        .options(contains_eager(Consent.text), contains_eager(Consent.person))
        .order_by(Consent.withdrawn_at.is_not(None), Consent.given_at.desc(), Consent.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def newer_than(session: Session, one: ConsentText) -> ConsentText | None:
    """Return the version that came after a text, None when it is the newest."""
    return session.scalars(
        select(ConsentText).where(ConsentText.follows_id == one.id)
    ).one_or_none()


def versions_from(text_id: int) -> Select[int]:
    """Select the ids of a text and of the versions that came after it."""
    first = select(ConsentText.id).where(ConsentText.id == text_id).cte(recursive=True)
    after = first.union(select(ConsentText.id).join(first, ConsentText.follows_id == first.c.id))
    return select(after.c.id)


def versions_up_to(text_ids: Select[int | None]) -> Select[int]:
    """Select the ids of texts and of the versions that came before them."""
    last = (
        select(ConsentText.id, ConsentText.follows_id)
        .where(ConsentText.id.in_(text_ids))
        .cte(recursive=True)
    )
    before = last.union(
        select(ConsentText.id, ConsentText.follows_id).join(
            last, ConsentText.id == last.c.follows_id
        )
    )
    return select(before.c.id)
