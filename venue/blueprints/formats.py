"""How dates, times, prices and numbers are written on pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import phonenumbers
from babel.dates import format_interval
from babel.numbers import format_percent
from flask_babel import format_date, get_locale, gettext
from markupsafe import Markup

from venue.blueprints.forms import new_submission_key
from venue.blueprints.preferences import language
from venue.childcare.rules import Seen
from venue.people.rules import Language
from venue.programs.models import ScheduledSession
from venue.timeline.local_time import local
from venue.timeline.rhythm import Rhythm

A_MONDAY = date(2024, 1, 1)
TITLE_OF_CENTERS = "党群服务中心"
"""What most centers are called after a name of their own."""


def day(value: date | datetime) -> str:
    """11月22日 周日; an instant is written as its day in Shanghai."""
    on = local(value).date() if isinstance(value, datetime) else value
    pattern = "EEE, MMM d" if language() is Language.ENGLISH else "M月d日 EEE"
    return str(format_date(on, pattern))


def full_date(value: date | datetime) -> str:
    """2026年11月22日, for what may lie years back."""
    on = local(value).date() if isinstance(value, datetime) else value
    return str(format_date(on, "long"))


def weekday(on: date) -> str:
    """周日."""
    return str(format_date(on, "EEE"))


def date_span(first_on: date, last_on: date) -> str:
    """2026年11月23日至29日; what both dates share is written once."""
    return str(format_interval(first_on, last_on, "yMMMd", locale=get_locale()))


def percent(share: float | None) -> str:
    """42%; a dash of nothing."""
    return "–" if share is None else str(format_percent(share, locale=get_locale()))


def clock_time(value: datetime) -> str:
    """18:30, in Shanghai."""
    return f"{local(value):%H:%M}"


def countdown(seconds: int) -> str:
    """00:12:31, of the seconds of at most a few days."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def end_time(value: datetime) -> str:
    """20:00; midnight is the end of a day and written 24:00."""
    return "24:00" if clock_time(value) == "00:00" else clock_time(value)


def span(starts_at: datetime, ends_at: datetime) -> str:
    """18:30–20:00."""
    return f"{clock_time(starts_at)}–{end_time(ends_at)}"


def wall_span(starts: time, ends: time) -> str:
    """18:30–20:00 of wall-clock times; an end at midnight is written 24:00."""
    return f"{starts:%H:%M}–{'24:00' if ends == time.min else f'{ends:%H:%M}'}"


def moment(value: datetime) -> str:
    """11月22日 周日 18:30."""
    return f"{day(value)} {clock_time(value)}"


def recurring(value: Rhythm) -> str:
    """每周一、三 9:00–10:30; without 每 when it does not come back week after week."""
    days = _weekdays(value.weekdays)
    if value.weekly and len(value.weekdays) == 7:
        days = str(gettext("每天"))
    elif value.weekly:
        days = str(gettext("每%(weekdays)s", weekdays=days))
    if value.starts is None or value.ends is None:
        return str(gettext("%(days)s，时间不一", days=days))
    return f"{days} {wall_span(value.starts, value.ends)}"


def _weekdays(numbers: tuple[int, ...]) -> str:
    """周一、三, and 周一至五 when three or more follow each other."""
    names = [weekday(A_MONDAY + timedelta(days=number - 1)) for number in numbers]
    english = language() is Language.ENGLISH
    rest = names[1:] if english else [name[-1] for name in names[1:]]
    if len(numbers) >= 3 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{names[0]}{'–' if english else '至'}{rest[-1]}"
    return (", " if english else "、").join([names[0], *rest])


def period(starts_at: datetime, ends_at: datetime) -> str:
    """12月4日 周五 13:00–17:00; over several days with both dates."""
    last = ends_at - timedelta(microseconds=1)
    if local(starts_at).date() == local(last).date():
        return f"{day(starts_at)} {span(starts_at, ends_at)}"
    return f"{moment(starts_at)} – {day(last)} {end_time(ends_at)}"


def near(value: datetime, today: date) -> str:
    """今天 18:30, 明天 8:30, or the moment when it is further away."""
    if local(value).date() == today:
        return str(gettext("今天 %(time)s", time=clock_time(value)))
    if local(value).date() == today + timedelta(days=1):
        return str(gettext("明天 %(time)s", time=clock_time(value)))
    return moment(value)


def price(fen: int) -> str:
    """¥180, or 免费."""
    return yuan(fen) if fen else str(gettext("免费"))


def yuan(fen: int) -> str:
    """¥180, ¥9.50, ¥0; what was given back −¥180."""
    whole, rest = divmod(abs(fen), 100)
    return ("−" if fen < 0 else "") + f"¥{whole}" + (f".{rest:02}" if rest else "")


def wish_rank(rank: int) -> str:
    """第一志愿."""
    names = (gettext("第一志愿"), gettext("第二志愿"), gettext("第三志愿"))
    return str(names[rank - 1] if rank <= len(names) else gettext("第 %(n)s 志愿", n=rank))


def telephone(e164: str) -> str:
    """The number as people dial it here."""
    number = phonenumbers.parse(e164)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def center_name(name: str) -> str:
    """A center's name, which a narrow line breaks before 党群服务中心 rather than within it."""
    own, title, rest = name.partition(TITLE_OF_CENTERS)
    return Markup("{}<wbr>{}").format(own, title + rest)


def session_rooms(one: ScheduledSession, center_id: int | None = None) -> str:
    """The rooms of a session as they are said at a center, its own by itself; empty without any."""
    at_id = one.center_id if center_id is None else center_id
    names = [link.booking.room.name_from(at_id) for link in one.rooms]
    return str(gettext("、")).join(names)


def kind(value: object) -> str:
    """The name of a refusal's or conflict's class, by which templates choose the sentence."""
    return type(value).__name__


def iso_local(value: datetime) -> str:
    """2026-11-22T18:30, in Shanghai: for scripts, and without a zone, which they would shift."""
    return f"{local(value):%Y-%m-%dT%H:%M}"


def iso_day(value: datetime) -> str:
    """2026-11-22: the day in Shanghai, for addresses."""
    return f"{local(value):%Y-%m-%d}"


def seen(what: Seen) -> str:
    """Return what of a child's file was seen, in words."""
    return {
        Seen.CARD: gettext("门口的卡片"),
        Seen.PHONES: gettext("监护人的电话"),
        Seen.MONTH: gettext("考勤"),
        Seen.INCIDENT: gettext("一件事的记录"),
        Seen.DESK: gettext("柜台上的档案"),
    }[what]


FILTERS: dict[str, Callable[..., str]] = {
    "day": day,
    "full_date": full_date,
    "weekday": weekday,
    "clock_time": clock_time,
    "countdown": countdown,
    "end_time": end_time,
    "moment": moment,
    "price": price,
    "yuan": yuan,
    "recurring": recurring,
    "telephone": telephone,
    "wish_rank": wish_rank,
    "iso_day": iso_day,
    "iso_local": iso_local,
    "center_name": center_name,
    "kind": kind,
    "seen": seen,
}
GLOBALS: dict[str, Callable[..., str]] = {
    "date_span": date_span,
    "near": near,
    "percent": percent,
    "period": period,
    "session_rooms": session_rooms,
    "span": span,
    "wall_span": wall_span,
    "new_submission_key": new_submission_key,
}
