"""The door, with its record, its messages and its lock, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.childcare.conftest import CODE
from venue import clock as venue_clock
from venue.attendance.outcomes import Marked, NoSeat, Unmarked
from venue.audit.models import AuditEntry
from venue.childcare import releasing
from venue.childcare.arriving import (
    AllergyUnseen,
    AlreadyThere,
    HasLeft,
    take_arrival_back,
)
from venue.childcare.child_files import TooYoungToLeaveAlone, allow_alone
from venue.childcare.door_models import Collection
from venue.childcare.file_models import ChildFile, CollectionPermit
from venue.childcare.models import CareDay
from venue.childcare.noting_health import HealthWords, set_health_text, write_health
from venue.childcare.permitting import (
    NotPermitted,
    Permitted,
    let_codes_count,
    revoke_permit,
)
from venue.childcare.releasing import Kept, NotReleased, Released, ReleaseUndone
from venue.childcare.rules import PermitFault, ReleaseRefusal, ReleaseWay
from venue.notifications.models import Message


def test_a_grandmother_collects_with_her_code_and_the_mother_reads_it(door):
    assert isinstance(door.come(), Marked)
    outcome = door.code(CODE)
    assert isinstance(outcome, Released)
    assert (outcome.collector, outcome.relation) == ("陈阿婆", "外婆")
    assert door.told()[-2:] == ["child_arrived", "child_collected"]
    newest = door.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    assert newest.parameters["relation"] == "外婆"
    gone = door.session.scalars(select(Collection)).one()
    assert (gone.way, gone.at, gone.by_id) == (
        ReleaseWay.CODE,
        venue_clock.now(),
        door.town.chen_min.id,
    )
    assert reason_of(door.code(CODE)) is ReleaseRefusal.GONE


def test_nothing_of_a_code_can_be_read_from_the_database(door):
    kept = door.session.get_one(CollectionPermit, door.grandmother)
    assert CODE not in kept.code_hash
    assert len(kept.code_hash) == 64


def strangers_come(door):
    return door.out(releasing.refuse_stranger, ("王先生", "说是叔叔"))


def permit_of_the_sibling(door):
    other = door.permit("陈阿公", "外公", "5093", child=door.town.xiao_mai).permit_id
    return door.out(releasing.release_to_permitted, other)


def nobodys_guardian(door):
    return door.out(releasing.release_to_guardian, door.town.zhou_wen.id)


def revoked_permit(door):
    door.run(revoke_permit, door.town.xiao_he.id, door.grandmother)
    return door.out(releasing.release_to_permitted, door.grandmother)


def revoked_code(door):
    door.run(revoke_permit, door.town.xiao_he.id, door.grandmother)
    return door.code(CODE)


def yesterdays_pass(door):
    door.clock.set(door.day.starts_at - timedelta(days=1))
    door.permit("李邻居", "邻居", "7264", valid_on=venue_clock.today())
    door.clock.set(door.day.starts_at)
    return door.code("7264")


def code_of_the_sibling(door):
    door.permit("陈阿公", "外公", "5093", child=door.town.xiao_mai)
    return door.code("5093")


def guessed_code(door):
    return door.code("9999")


def alone_without_leave(door):
    return door.out(releasing.release_alone)


def alone_under_eight(door):
    return door.out(releasing.release_alone, child=door.town.xiao_mai)


def gone_before(door):
    door.code(CODE)
    return door.out(releasing.release_to_guardian, door.town.chen_min.id)


WRONG = {
    strangers_come: ReleaseRefusal.NOT_LISTED,
    permit_of_the_sibling: ReleaseRefusal.NOT_LISTED,
    nobodys_guardian: ReleaseRefusal.NOT_LISTED,
    revoked_permit: ReleaseRefusal.REVOKED,
    revoked_code: ReleaseRefusal.REVOKED,
    yesterdays_pass: ReleaseRefusal.OTHER_DAY,
    code_of_the_sibling: ReleaseRefusal.WRONG_CODE,
    guessed_code: ReleaseRefusal.WRONG_CODE,
    alone_without_leave: ReleaseRefusal.NOT_ALLOWED_ALONE,
    alone_under_eight: ReleaseRefusal.TOO_YOUNG,
    gone_before: ReleaseRefusal.GONE,
}
TOLD = {ReleaseRefusal.NOT_LISTED, ReleaseRefusal.REVOKED, ReleaseRefusal.OTHER_DAY}


def reason_of(outcome):
    assert isinstance(outcome, Kept)
    return outcome.reason


def kept_in_the_record(door, outcome, reason):
    """Tell whether a refusal stands in the log of the door and in the audit."""
    entry = door.session.scalars(select(AuditEntry).where(AuditEntry.action == "child.kept")).one()
    return outcome.reason == door.log()[-1][1] == entry.facts["refusal"] == reason


@pytest.mark.parametrize("path", list(WRONG), ids=lambda path: path.__name__)
def test_every_wrong_way_out_is_refused_and_stays_in_the_record(door, path):
    door.come()
    door.come(door.town.xiao_mai)
    outcome, reason = path(door), WRONG[path]
    assert kept_in_the_record(door, outcome, reason)
    told = door.told() + door.told(door.town.xiao_mai)
    assert ("collection_refused" in told) is (reason in TOLD)


def test_nobody_takes_a_child_that_has_not_come(door):
    assert kept_in_the_record(door, door.code(CODE), ReleaseRefusal.NOT_ARRIVED)


def test_who_is_named_or_known_takes_the_child_without_a_code(door):
    door.come()
    door.come(door.town.xiao_mai)
    mother = door.town.chen_min.id
    he, mai = door.town.xiao_he.id, door.town.xiao_mai.id
    out = door.run(releasing.release_to_permitted, door.day.id, he, door.grandmother)
    assert out.collector == "陈阿婆"
    out = door.run(releasing.release_to_guardian, door.day.id, mai, mother)
    assert out.collector == "陈敏"
    assert [one[0] for one in door.log()] == [ReleaseWay.IDENTIFIED] * 2


def test_a_pass_opens_on_its_day(door):
    door.permit("李邻居", "邻居", "7264", valid_on=venue_clock.today())
    door.come()
    assert isinstance(door.code("7264"), Released)


def test_a_child_of_nine_goes_alone_where_a_guardian_allows_it(door):
    door.come()
    door.run(allow_alone, door.town.xiao_he.id, allowed=True)
    assert isinstance(
        door.run(releasing.release_alone, door.day.id, door.town.xiao_he.id), Released
    )
    assert door.told()[-1] == "child_left_alone"
    young = door.run(allow_alone, door.town.xiao_mai.id, allowed=True)
    assert young == TooYoungToLeaveAlone(8)


def test_five_wrong_codes_lock_the_codes_and_tell_the_guardians_once(door):
    door.come()
    said = [reason_of(door.code("9999")) for _ in range(5)]
    assert said == [ReleaseRefusal.WRONG_CODE] * 5
    assert door.told().count("codes_locked") == 1
    assert reason_of(door.code(CODE)) is ReleaseRefusal.LOCKED
    permitted = releasing.release_to_permitted
    assert isinstance(
        door.run(permitted, door.day.id, door.town.xiao_he.id, door.grandmother), Released
    )
    assert len(door.log()) == 7


def test_a_guardian_lets_codes_count_again_and_a_right_one_forgets_the_wrong(door):
    door.come()
    for _ in range(5):
        door.code("9999")
    door.run(let_codes_count, door.town.xiao_he.id)
    door.code("9999")
    assert isinstance(door.code(CODE), Released)
    he = door.town.xiao_he.id
    assert isinstance(door.run(releasing.undo_release, door.day.id, he), ReleaseUndone)
    door.code("9999")
    assert door.session.get_one(ChildFile, he).wrong_codes == 1


def test_a_release_is_taken_back_and_the_record_keeps_both(door):
    door.come()
    he = door.town.xiao_he.id
    assert isinstance(door.run(releasing.undo_release, door.day.id, he), NotReleased)
    door.code(CODE)
    assert isinstance(door.run(take_arrival_back, door.day.id, he), HasLeft)
    assert isinstance(door.run(releasing.undo_release, door.day.id, he), ReleaseUndone)
    assert door.told()[-1] == "collection_undone"
    assert isinstance(door.code(CODE), Released)
    assert len(door.log()) == 2


def test_a_fourth_permit_an_easy_code_and_a_minor_get_none(door):
    assert isinstance(door.permit("陈阿公", "外公", "5093"), Permitted)
    assert isinstance(door.permit("陈强", "爸爸", "6182", birth_year=1985), Permitted)
    fourth = door.permit("陈阿姨", "阿姨", "8365")
    assert fourth == NotPermitted((PermitFault.NO_PLACE,))
    bad = door.permit("陈小弟", "哥哥", "1234", birth_year=2012)
    assert bad.faults == (PermitFault.MINOR, PermitFault.NO_PLACE, PermitFault.CODE_EASY)
    door.run(revoke_permit, door.town.xiao_he.id, door.grandmother)
    assert isinstance(door.permit("陈阿姨", "阿姨", "8365"), Permitted)


def test_a_child_is_let_in_once_and_only_with_a_place(door):
    assert isinstance(door.come(), Marked)
    assert door.come() == AlreadyThere(venue_clock.now())
    assert door.told().count("child_arrived") == 1
    stranger = make.person(door.session, "不在名单", birth_on=make.date(2017, 1, 1))
    door.session.commit()
    assert isinstance(door.come(stranger), NoSeat)


def test_an_allergy_is_acknowledged_where_its_consent_lets_it_be_read(door):
    he, program = door.town.xiao_he.id, door.after.program.id
    text = door.run(set_health_text, program, "健康信息", "只给当天值班的老师看。")
    door.run(write_health, he, HealthWords(allergies="花生"), [text.id])
    assert isinstance(door.come(), AllergyUnseen)
    assert isinstance(door.come(seen=True), Marked)
    day = door.session.scalars(select(CareDay).order_by(CareDay.enrollment_id).limit(1)).one()
    assert day.allergy_seen_by_id == door.town.chen_min.id
    assert isinstance(door.run(take_arrival_back, door.day.id, he), Unmarked)
    door.session.refresh(day)
    assert day.allergy_seen_at is None
    assert door.told()[-1] == "arrival_undone"
