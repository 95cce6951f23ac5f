"""Finding people at the desk, on both databases."""

from __future__ import annotations

import pytest

from tests import town as make
from venue.accounts.changing import change_phone
from venue.accounts.models import User
from venue.audit.rules import Actor, Channel
from venue.people.changing import change_contact
from venue.people.rules import Contact
from venue.places.finding import MOST_FOUND, find_people

DESK = Actor(None, Channel.COUNTER)


@pytest.fixture
def found(session, town):
    """Return the names that a search at 梧桐里 finds."""
    make.person(session, "王秀英", 1953, phone="+8613900138765", known_to=[town.wutongli])
    make.person(session, "王秀英", 1961, known_to=[town.wutongli])
    make.person(session, "汪晓燕", 1953, known_to=[town.wutongli])
    make.person(session, "王秀英", 1953, known_to=[town.elsewhere])
    session.commit()

    def find(text):
        return [
            (one.person.full_name, one.person.birth_year)
            for one in find_people(session, town.wutongli, text).known
        ]

    return find


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("wxy", [("汪晓燕", 1953), ("王秀英", 1953), ("王秀英", 1961)]),
        ("wxy 1953", [("汪晓燕", 1953), ("王秀英", 1953)]),
        ("1953 秀英", [("王秀英", 1953)]),
        ("8765", [("王秀英", 1953)]),
        ("13900138765", [("王秀英", 1953)]),
        ("王秀英 1999", []),
        ("· ·", []),
        ("   ", []),
        ("%", []),
    ],
)
def test_every_word_must_fit_and_only_whom_the_center_knows_is_found(found, text, people):
    assert found(text) == people


def test_what_the_desk_notes_is_found_at_once_and_what_it_crosses_out_no_longer(
    found, session, town, clock
):
    contact = Contact("+8613900135555", None, "12号楼")
    told = {"in_need_until": None, "actor": DESK, "now": clock.now()}
    change_contact(session, town.zhou_jianguo.id, contact, **told)
    assert found("5555") == found("周 12号") == [("周建国", 1956)]
    change_contact(session, town.zhou_jianguo.id, Contact(), **told)
    assert found("5555") == found("12号") == []


def test_the_number_somebody_signs_in_with_finds_them_and_the_old_one_does_not(
    found, session, town, clock
):
    user = session.query(User).filter_by(person_id=town.lin_xiao.id).one()
    make.make_known(session, town.lin_xiao, town.wutongli)
    town.lin_xiao.phone = None
    old = user.phone
    change_phone(session, user, "+8613900134444", actor=DESK, now=clock.now())
    assert found("4444") == [("林晓", town.lin_xiao.birth_year)]
    assert found(old[-7:]) == []


def test_a_crowd_of_one_name_is_cut_and_said_to_be_cut(session, town):
    for number in range(MOST_FOUND + 1):
        make.person(session, "李明", 1950 + number % 9, known_to=[town.wutongli])
    found = find_people(session, town.wutongli, "李明")
    assert (len(found.known), found.more, found.only) == (MOST_FOUND, True, None)


def test_a_search_is_one_query_however_many_words(found, town, session, count_queries):
    with count_queries() as sent:
        find_people(session, town.wutongli, "wxy 1953 汪")
    assert len(sent) == 1
