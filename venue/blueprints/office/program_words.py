"""What the office calls the ways to a seat and what became of it, in lists, figures and files."""

from __future__ import annotations

from venue.audit.rules import Channel
from venue.blueprints.office.names import QUOTAS
from venue.blueprints.words import _l
from venue.changes.messaging import Audience
from venue.seats.listing import Part
from venue.seats.rules import EnrollmentStatus, Quota

CHANNELS: dict[Channel, str] = {
    Channel.ONLINE: _l("网上"),
    Channel.COUNTER: _l("柜台"),
    Channel.TELEPHONE: _l("电话"),
    Channel.HOME_VISIT: _l("上门"),
    Channel.RELATIVE: _l("家人来办"),
    Channel.SYSTEM: _l("系统"),
}
STATUSES: dict[EnrollmentStatus | None, str] = {
    EnrollmentStatus.CONFIRMED: _l("有座位"),
    EnrollmentStatus.OFFERED: _l("留了座位，等回复"),
    EnrollmentStatus.WAITLISTED: _l("候补"),
    EnrollmentStatus.APPLIED: _l("等审核"),
    None: _l("报了摇号志愿"),
    EnrollmentStatus.APPROVED: _l("审核通过"),
    EnrollmentStatus.WITHDRAWN: _l("自己退出"),
    EnrollmentStatus.EXPIRED: _l("没有回复，名额过期"),
    EnrollmentStatus.REFUSED: _l("审核未通过"),
    EnrollmentStatus.CANCELLED: _l("中心取消"),
}
PARTS: dict[Part, str] = {
    Part.SEATED: _l("有座位"),
    Part.WAITING: _l("候补和待定"),
    Part.LEFT: _l("退出的"),
}
AUDIENCES: dict[Audience, str] = {
    Audience.SEATED: _l("有座位的人"),
    Audience.WAITING: _l("还在等的人：候补、等回复、等审核、等摇号"),
    Audience.ALL: _l("所有人"),
}
POOLS: dict[Quota | None, str] = {None: _l("普通名额")} | {one: QUOTAS[one] for one in Quota}
