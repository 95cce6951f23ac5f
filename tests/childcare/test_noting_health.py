"""Health notes: only by consent, readable for its period alone, deleted when their time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.childcare.child_files import ContactWish, confirm_files, set_contacts
from venue.childcare.file_models import HealthNote
from venue.childcare.noting_health import (
    HealthForgotten,
    HealthNoted,
    HealthWords,
    NotAgreed,
    forget_health,
    set_health_text,
    take_health_back,
    write_health,
)
from venue.childcare.reading_files import file_of, looks_at, note_looks, readable_notes
from venue.consents.models import Consent

WORDS = HealthWords(allergies="花生", health="哮喘，喷雾在书包里", diet="不吃猪肉")


class Health:
    """小禾 has the first day; two programs ask for their own consent."""

    def __init__(self, after, town):
        self.after, self.session, self.child = after, after.session, town.xiao_he
        after.book(town.xiao_he, 0)
        self.summer = make.care(after.session, town.wutongli, "暑期班")
        self.text = self.ask(after.program)
        self.other = self.ask(self.summer)

    def ask(self, program, body="只给当天值班的老师看。"):
        return self.run(set_health_text, program.id, "健康信息", body)

    def run(self, verb, *arguments, **more):
        more.setdefault("actor", self.after.by())
        outcome = verb(self.session, *arguments, now=venue_clock.now(), **more)
        self.session.commit()
        return outcome

    def write(self, *texts, words=WORDS):
        return self.run(write_health, self.child.id, words, [one.id for one in texts])

    def readable(self, program):
        found = readable_notes(self.session, [program.id], [self.child.id])
        return {note.allergies for note in found.values()}

    def file(self):
        return file_of(self.session, self.child, today=venue_clock.today())


@pytest.fixture
def health(after, town):
    return Health(after, town)


def test_without_a_consent_nothing_is_kept(health):
    assert isinstance(health.write(), NotAgreed)
    assert health.file().health is None


def test_a_consent_is_for_its_period_alone(health):
    assert isinstance(health.write(health.text), HealthNoted)
    assert health.readable(health.after.program) == {"花生"}
    assert health.readable(health.summer) == set()
    (shown,) = health.file().consents
    assert (shown.program.id, shown.consent is not None) == (health.after.program.id, True)


def test_new_words_are_agreed_to_anew_before_anybody_reads_on(health):
    health.write(health.text)
    newer = health.ask(health.after.program, "也给厨房看忌口。")
    assert newer.version == 2
    assert health.readable(health.after.program) == set()
    assert health.file().consents[0].consent is None


def test_the_last_consent_taken_back_deletes_the_notes_at_once(health):
    health.write(health.text, health.other)
    consents = {one.text_id: one.id for one in consents_of(health)}
    first = health.run(take_health_back, health.child.id, consents[health.text.id])
    assert first == HealthForgotten(deleted=False)
    assert health.readable(health.after.program) == set()
    last = health.run(take_health_back, health.child.id, consents[health.other.id])
    assert last == HealthForgotten(deleted=True)
    assert health.session.get(HealthNote, health.child.id) is None


def consents_of(health):
    return health.session.scalars(select(Consent).where(Consent.person_id == health.child.id))


def test_notes_are_deleted_thirty_days_after_the_period_and_it_is_said(health, clock):
    health.write(health.text)
    last = health.after.days[-1].ends_at
    clock.set(last + timedelta(days=30))
    assert health.run(forget_health, actor=SYSTEM) == []
    clock.set(last + timedelta(days=31))
    assert health.run(forget_health, actor=SYSTEM) == [health.child.id]
    assert health.file().health is None
    entry = health.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "health_note.deleted")
    ).one()
    assert (entry.subject_id, entry.facts) == (health.child.id, {"why": "period"})


def test_a_note_that_is_too_long_is_no_note(health):
    with pytest.raises(ValueError, match="too long"):
        health.write(health.text, words=HealthWords(allergies="敏" * 501))


def test_a_file_says_who_of_the_staff_has_read_it(health, town):
    health.run(
        note_looks,
        [health.child.id],
        "card",
        center_id=town.wutongli.id,
        session_id=health.after.days[0].id,
        actor=make.acts(town.he_jing)["actor"],
    )
    (look,) = looks_at(health.session, health.child.id, most=20)
    assert (look.full_name, look.what) == ("何静", "card")


def test_contacts_are_replaced_as_a_whole_and_a_file_is_confirmed(health):
    aunt = ContactWish("陈阿姨", "阿姨", "+8613900000021")
    uncle = ContactWish("陈叔叔", "叔叔", "+8613900000022")
    health.run(set_contacts, health.child.id, [aunt, uncle])
    health.run(set_contacts, health.child.id, [uncle])
    health.run(confirm_files, [health.child.id])
    file = health.file()
    assert [one.full_name for one in file.contacts] == ["陈叔叔"]
    assert file.file is not None
    assert file.file.confirmed_at == venue_clock.now()
    assert [one.full_name for one in file.guardians] == ["陈敏"]
    with pytest.raises(ValueError, match="4 contacts"):
        health.run(set_contacts, health.child.id, [aunt] * 4)
