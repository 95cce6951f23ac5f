"""Merging two records: everything moves, nothing is lost, and what cannot be decided is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from venue.accounts.models import DeskCode, User
from venue.accounts.rules import Role
from venue.attendance.models import Attendance
from venue.attendance.rules import Way
from venue.audit.models import AuditEntry
from venue.audit.rules import Channel
from venue.childcare.file_models import HealthNote
from venue.consents.models import Consent, ConsentText
from venue.db import Base
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.locking import lock_people
from venue.people.models import Delegation, Person
from venue.people.rules import Basis
from venue.places.models import Patron
from venue.privacy.comparing import alike_at, mergers_of
from venue.privacy.merging import Chosen, merge
from venue.privacy.moving import decided
from venue.privacy.outcomes import (
    ActForEachOther,
    AlreadyMerged,
    BothHaveAccounts,
    BothInCare,
    BothInDraw,
    ChildAndAdult,
    FarAway,
    Merged,
    TwoSeatsATerm,
    WorksHere,
)
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus


@pytest.fixture
def twice(db_session, town):
    """周建国, and the record that somebody made of him by telephone."""
    return make.person(db_session, "周建国", 1957, phone="+862166660009", known_to=[town.wutongli])


@pytest.fixture
def ask(session, town):
    def asking(kept, gone, *fields):
        chosen = Chosen(frozenset(fields))
        return merge(session, kept.id, gone.id, chosen, **make.acts(town.he_jing))

    return asking


def people_of(session, model, **values):
    session.expire_all()
    return sorted(session.scalars(select(model.person_id).filter_by(**values)))


def test_every_column_that_names_a_person_is_decided_on():
    named = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    }
    assert named == decided().keys()


def test_everything_goes_to_the_kept_record(session, town, twice, ask, clock):
    kept, now = town.zhou_jianguo, clock.now()
    make.account(session, twice, "+8613900000066")
    seat = make.enrollment(session, make.pool_of(session, town.painting), twice)
    one = town.painting.sessions[0].id
    came = {"session_id": one, "way": Way.ROLL, "marked_at": now}
    session.add_all(
        [
            Message(
                person_id=twice.id,
                kind=MessageKind.WITHDRAWN,
                parameters={},
                language=twice.language,
                created_at=now,
            ),
            Attendance(person_id=twice.id, arrived_at=now, **came),
            Attendance(person_id=kept.id, missed_at=now, **came),
            Patron(center_id=town.elsewhere.id, person_id=twice.id, since_at=now),
        ]
    )
    make.may_act(session, town.zhou_wen, twice, Basis.RELATIVE)
    make.may_act(session, town.chen_min, twice, Basis.RELATIVE)
    session.flush()
    assert [one.person for one in alike_at(session, town.wutongli.id, kept)] == [twice]
    assert ask(kept, twice) == Merged(kept.id, given_up=0)
    for model in (User, Message, Enrollment):
        assert kept.id in people_of(session, model)
        assert twice.id not in people_of(session, model)
    assert session.get_one(Enrollment, seat.id).status is EnrollmentStatus.CONFIRMED
    rows = session.execute(select(Attendance.person_id, Attendance.arrived_at))
    assert {row.person_id for row in rows if row.arrived_at} == {kept.id, twice.id}
    assert people_of(session, Patron) == [kept.id, kept.id]
    acting = select(Delegation.delegate_id).where(
        Delegation.principal_id == kept.id, Delegation.ended_at.is_(None)
    )
    assert set(session.scalars(acting)) == {town.zhou_wen.id, town.chen_min.id}
    session.refresh(kept)
    assert (kept.full_name, kept.birth_year, kept.phone) == ("周建国", 1956, "+862166660009")
    assert alike_at(session, town.wutongli.id, kept) == []
    (past,) = mergers_of(session, kept.id)
    assert (past.gone.id, past.by, past.at) == (twice.id, "何静", now)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.merged")).one()
    assert (entry.subject_id, entry.channel) == (twice.id, Channel.COUNTER)
    assert entry.facts["kept_id"] == kept.id
    assert entry.facts["fields"] == ["phone"]
    assert ask(kept, twice) == AlreadyMerged(kept.id)


def test_values_that_differ_are_chosen(session, town, twice, ask):
    town.zhou_jianguo.phone = "+862166660001"
    ask(town.zhou_jianguo, twice, "birth", "phone")
    session.refresh(town.zhou_jianguo)
    kept = town.zhou_jianguo
    assert (kept.birth_year, kept.phone, kept.neighborhood_id) == (
        1957,
        "+862166660009",
        town.neighborhood.id,
    )


def test_the_better_claim_stays_and_the_other_seat_goes_to_the_line(session, town, twice, ask):
    course = make.course(session, town.wutongli, "二胡", capacity=2)
    pool = make.pool_of(session, course)
    make.enrollment(session, pool, twice)
    make.enrollment(session, pool, town.zhou_jianguo)
    next_one = make.enrollment(session, pool, town.lin_xiao, EnrollmentStatus.WAITLISTED)
    assert ask(town.zhou_jianguo, twice) == Merged(town.zhou_jianguo.id, given_up=1)
    session.expire_all()
    assert next_one.status is EnrollmentStatus.OFFERED
    live = people_of(session, Enrollment, status=EnrollmentStatus.CONFIRMED)
    assert live == [town.zhou_jianguo.id]


def test_what_both_agreed_to_counts_once_and_old_codes_open_nothing(
    session, town, twice, ask, clock
):
    text = ConsentText(title="肖像", body="可以拍照", written_at=clock.now())
    session.add(text)
    for who in (twice, town.zhou_jianguo):
        session.add(
            Consent(text=text, person_id=who.id, channel=Channel.COUNTER, given_at=clock.now())
        )
    code = DeskCode(
        person_id=twice.id,
        code_hash="x",
        issued_at=clock.now(),
        issued_by_id=town.he_jing.id,
        expires_at=clock.now(),
    )
    session.add(code)
    ask(town.zhou_jianguo, twice)
    assert people_of(session, Consent) == [town.zhou_jianguo.id] * 2
    assert people_of(session, Consent, withdrawn_at=None) == [town.zhou_jianguo.id]
    session.refresh(code)
    assert code.revoked_at is not None


def _account(session, town, twice, clock):
    make.account(session, twice)
    make.account(session, town.zhou_jianguo, "+8613900000066")
    return BothHaveAccounts()


def _role(session, town, twice, clock):
    make.staff_role(session, twice, Role.DESK, town.wutongli)
    return WorksHere()


def _acting(session, town, twice, clock):
    make.may_act(session, twice, town.zhou_jianguo, Basis.RELATIVE)
    return ActForEachOther()


def _child(session, town, twice, clock):
    twice.birth_year = 2015
    return ChildAndAdult()


def _care(session, town, twice, clock):
    for who in (twice, town.zhou_jianguo):
        session.add(HealthNote(person_id=who.id, written_at=clock.now()))
    return BothInCare()


def _seats(session, town, twice, clock):
    other = make.course(session, town.wutongli, "书法", term=town.term, limit_group="夜校")
    make.enrollment(session, make.pool_of(session, town.painting), twice)
    make.enrollment(session, make.pool_of(session, other), town.zhou_jianguo)
    return TwoSeatsATerm((town.painting.id, other.id))


def _draw(session, town, twice, clock):
    made = make.draw(session, town.wutongli, [town.painting])
    for who in (twice, town.zhou_jianguo):
        make.application(session, made, [who], [town.painting])
    return BothInDraw((made.name,))


def _far(session, town, twice, clock):
    away = make.center(session, make.district(session, "远山区"), "yuanshan", "远山中心")
    make.make_known(session, twice, away)
    return FarAway()


@pytest.mark.parametrize("arrange", [_account, _role, _acting, _child, _care, _seats, _draw, _far])
def test_what_people_must_decide_stands_in_the_way(session, town, twice, ask, clock, arrange):
    obstacle = arrange(session, town, twice, clock)
    session.flush()
    assert ask(town.zhou_jianguo, twice) == (obstacle,)
    assert session.get_one(Person, twice.id).merged_into_id is None


def test_a_record_that_was_merged_into_a_merged_one_leads_to_the_last(session, town, twice, ask):
    third = make.person(session, "周建国", 1956, known_to=[town.wutongli])
    ask(third, twice)
    ask(town.zhou_jianguo, third)
    session.expire_all()
    assert twice.merged_into_id == town.zhou_jianguo.id
    assert len(mergers_of(session, town.zhou_jianguo.id)) == 2
    assert lock_people(session, [twice.id])[twice.id].merged_at is not None
