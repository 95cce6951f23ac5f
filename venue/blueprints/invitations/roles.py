"""What the roles of staff are called, and what each of them means."""

from __future__ import annotations

from flask import Blueprint

from venue.accounts.rules import Role
from venue.blueprints.words import _l

blueprint = Blueprint("invitations", __name__)

ROLES = {
    Role.ADMINISTRATOR: _l("系统管理员"),
    Role.DISTRICT_OFFICER: _l("区级人员"),
    Role.MANAGER: _l("中心负责人"),
    Role.DESK: _l("柜台"),
    Role.TEACHER: _l("老师"),
    Role.CARER: _l("托管老师"),
}
MEANINGS = {
    Role.DISTRICT_OFFICER: _l("看全区各中心的汇总，看不到个人"),
    Role.MANAGER: _l("管课程、功能室、时间和人员，也能做柜台的事"),
    Role.DESK: _l("查找和登记居民，替他们报名、退课，发验证码"),
    Role.TEACHER: _l("看自己课上有谁来"),
    Role.CARER: _l("看自己班上有谁来，签到，把孩子交给来接的人"),
}
