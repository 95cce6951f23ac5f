"""What the office calls the kinds of things, in choices and in lists."""

from __future__ import annotations

from enum import StrEnum

from venue.blueprints.words import _l
from venue.places.rules import BookingMode, Category, Layer
from venue.places.usual_hours import UsualHours
from venue.programs.models import Program
from venue.programs.rules import Admission, Books, DaysFollowed
from venue.seats.rules import Quota

CATEGORIES: dict[Category, str] = {
    Category.COURSE: _l("夜校课程"),
    Category.CARE: _l("托管"),
    Category.SENIOR: _l("长者活动"),
    Category.HIRE: _l("居民预约"),
    Category.MEETING: _l("议事·志愿"),
}
BOOKING_MODES: dict[BookingMode, str] = {
    BookingMode.OPEN: _l("居民可以直接预约"),
    BookingMode.APPROVAL: _l("居民预约后由工作人员确认"),
    BookingMode.STAFF_ONLY: _l("只由工作人员安排"),
}
LAYERS: dict[Layer, str] = {
    Layer.REGULAR: _l("平时"),
    Layer.EXTENDED: _l("延时、错时"),
    Layer.HOLIDAY_DUTY: _l("节假日值班"),
    Layer.UNATTENDED: _l("无人值守"),
}
USUAL_HOURS: dict[UsualHours, str] = {
    UsualHours.WORKDAYS: _l("工作日"),
    UsualHours.WEEKEND: _l("周末"),
    UsualHours.EARLY: _l("早间"),
    UsualHours.NOON: _l("午间"),
    UsualHours.LATE: _l("晚间"),
    UsualHours.HOLIDAYS: _l("节假日值班"),
}
QUOTAS: dict[Quota, str] = {
    Quota.RESIDENTS: _l("本社区居民"),
    Quota.FIRST_TIMERS: _l("第一次参加的人"),
    Quota.IN_NEED: _l("困难家庭"),
}
FOLLOWED: dict[DaysFollowed, str] = {
    DaysFollowed.ORDINARY: _l("法定节假日不排，调休照旧（夜校、活动）"),
    DaysFollowed.WORKING: _l("跟着工作日：节假日不排，调休上班的周末也排"),
    DaysFollowed.SCHOOL: _l("跟着上学日：学校上课才排，补课的周末也排（托管）"),
    DaysFollowed.ALL: _l("每一天都排，放假也排"),
}


class Joining(StrEnum):
    """How one takes part: admission and what one books, as one question."""

    SERIES = "series"
    SESSION = "session"
    DAYS = "days"
    LOTTERY = "lottery"
    APPROVAL = "approval"
    DROP_IN = "drop_in"

    @classmethod
    def of(cls, program: Program) -> Joining:
        """Return how one takes part in a program."""
        if program.admission is Admission.FIRST_COME:
            return cls(program.books)
        return cls(program.admission)

    @property
    def admission(self) -> Admission:
        """The column's value."""
        if self in (Joining.SERIES, *BY_SESSION):
            return Admission.FIRST_COME
        return Admission(self)

    @property
    def books(self) -> Books:
        """The column's value; where nobody enrolls it means nothing."""
        return Books(self) if self in BY_SESSION else Books.SERIES


JOINING: dict[Joining, str] = {
    Joining.SERIES: _l("先到先得：报一次名，全部场次都有座位，满了排候补"),
    Joining.SESSION: _l("先到先得，按场报：想来哪一场就报哪一场"),
    Joining.DAYS: _l("先到先得，按天报：在日历上一次选好几天，适合托管和假期班"),
    Joining.LOTTERY: _l("摇号：报名期里先后都一样，截止后公开摇号"),
    Joining.APPROVAL: _l("审核：先申请，工作人员按公布的条件逐个确认"),
    Joining.DROP_IN: _l("不用报名：到时间直接来，不记座位"),
}
BY_SESSION = (Joining.SESSION, Joining.DAYS)
"""Where each session has its own seats."""
SEATING_SERIES = (Joining.SERIES, Joining.LOTTERY, Joining.APPROVAL)
"""Where one has a seat in the whole series; while it is a draft, one may become another."""
