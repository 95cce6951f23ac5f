"""What 我的 says of attendance: pauses, missed lessons, certificates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from venue.attendance.certificates import Certificate, earned, whole_seats
from venue.attendance.reading import MissedLesson, missed_lessons
from venue.blueprints.certificates import key
from venue.blueprints.forms import VenueForm, clean
from venue.blueprints.words import _l
from venue.seats.models import Enrollment, Pause
from venue.seats.pausing import Missed, missed_of, pauses_of

LONGEST_APPEAL = 300
"""Characters that the column holds."""


class AppealForm(VenueForm):
    """Why a pause is not right."""

    text = TextAreaField(
        _l("为什么没来，或者哪里记错了"),
        validators=[
            DataRequired(_l("请写一两句，工作人员才知道怎么回复。")),
            Length(max=LONGEST_APPEAL, message=_l("最多 %(n)s 个字。", n=LONGEST_APPEAL)),
        ],
        filters=[clean],
        render_kw={"rows": 4, "maxlength": LONGEST_APPEAL},
    )


@dataclass(frozen=True, slots=True)
class PauseShown:
    """A pause, what led to it, and the form of an appeal, while one can be made."""

    pause: Pause
    missed: Sequence[Missed]
    form: AppealForm | None


@dataclass(frozen=True, slots=True)
class Attending:
    """What a family's attendance has come to."""

    pauses: list[PauseShown]
    missed: list[MissedLesson]
    certificates: list[Certificate]


def attending(
    session: Session,
    person_ids: Sequence[int],
    *,
    now: datetime,
    sent: AppealForm | None = None,
    about: int | None = None,
) -> Attending:
    """Return what a family's attendance has come to; `sent` is the form about the pause `about`."""
    return Attending(
        pauses=[
            PauseShown(one, missed_of(one), _form(one, sent if one.id == about else None))
            for one in pauses_of(session, person_ids, now=now)
        ],
        missed=missed_lessons(session, person_ids, now=now),
        certificates=earned(
            session,
            whole_seats(session, Enrollment.person_id.in_(person_ids)),
            key=key(),
            now=now,
        ),
    )


def _form(pause: Pause, sent: AppealForm | None) -> AppealForm | None:
    if pause.appealed_at is not None or pause.waived_at is not None:
        return None
    # Several pauses stand on one page: each form's fields have names of their own for labels.
    return sent or AppealForm(formdata=None)
