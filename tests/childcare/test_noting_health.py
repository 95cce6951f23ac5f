"""Health notes: only by consent, readable for its period alone, deleted when their time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.changes.withdrawing_consent import withdraw_consent
from venue.childcare.child_files import (
    ContactWish,
    EnoughContacts,
    FileChanged,
    add_contact,
    confirm_file,
    remove_contact,
)
from venue.childcare.file_models import HealthNote
from venue.childcare.noting_health import (
    HealthNoted,
    HealthWords,
    NotAgreed,
    forget_health,
    set_health_text,
    write_health,
)
from venue.childcare.reading_files import file_of, looks_at, note_looks, readable_notes
from venue.childcare.rules import Seen
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
    consents = select(Consent).where(Consent.person_id == health.child.id)
    given = {one.text_id: one.id for one in health.session.scalars(consents)}
    health.run(withdraw_consent, given[health.text.id])
    assert health.readable(health.after.program) == set()
    assert health.readable(health.summer) == {"花生"}
    health.run(withdraw_consent, given[health.other.id])
    assert health.session.get(HealthNote, health.child.id) is None


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
        Seen.CARD,
        center_id=town.wutongli.id,
        session_id=health.after.days[0].id,
        actor=make.acts(town.he_jing)["actor"],
    )
    (look,) = looks_at(health.session, health.child.id, most=20)
    assert (look.full_name, look.what) == ("何静", "card")


def test_three_contacts_are_enough_and_a_file_is_confirmed(health):
    child = health.child.id
    for number in (1, 2, 3):
        wish = ContactWish(f"陈亲戚{'甲乙丙'[number - 1]}", "亲戚", f"+861390000002{number}")
        assert isinstance(health.run(add_contact, child, wish), FileChanged)
    assert health.run(add_contact, child, wish) == EnoughContacts(3)
    second = health.file().contacts[1]
    health.run(remove_contact, child, second.id)
    health.run(remove_contact, child, second.id)
    health.run(confirm_file, child)
    file = health.file()
    assert [one.full_name for one in file.contacts] == ["陈亲戚甲", "陈亲戚丙"]
    assert file.file is not None
    assert file.file.confirmed_at == venue_clock.now()
    assert [one.full_name for one in file.guardians] == ["陈敏"]
