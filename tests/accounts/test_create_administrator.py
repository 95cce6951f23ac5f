"""The first administrator: by a command, whose every wrong answer leaves nothing behind."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.browsing import Browser
from venue.accounts.models import StaffRole, User
from venue.accounts.rules import Role
from venue.people.models import Person

PASSWORD = "梧桐 里 的 早晨 7"
ANSWERS = ["许静宜", "1979-05-06", PASSWORD, PASSWORD]
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def create(app):
    """Run the command and type the answers."""

    def create(*answers: str, phone="13900000088"):
        typed = "".join(f"{answer}\n" for answer in answers)
        return app.test_cli_runner().invoke(
            args=["create-administrator", "--phone", phone], input=typed
        )

    return create


def administrators(session) -> list[str]:
    session.rollback()
    held = select(Person.full_name).join(StaffRole, StaffRole.person_id == Person.id)
    return list(session.scalars(held.where(StaffRole.role == Role.ADMINISTRATOR)))


def test_the_first_administrator_signs_in(create, browse: Browser, db_session) -> None:
    done = create(*ANSWERS)
    assert done.exit_code == 0, done.output
    assert "许静宜 is an administrator now and signs in with +8613900000088." in done.output
    assert PASSWORD not in done.output
    assert administrators(db_session) == ["许静宜"]
    form = browse.get("/login").form("/login")
    browse.submit(form, {"phone": "13900000088", "password": PASSWORD})


@ON_SQLITE
def test_whoever_has_an_account_keeps_it(create, db_session, town) -> None:
    done = create(phone="139 0000 0001")
    assert "林晓 is an administrator now" in done.output
    assert "林晓 is an administrator already." in create(phone="13900000001").output
    assert administrators(db_session) == ["林晓"]


WRONG = {
    "a landline": ([], "02166660018", "is not a mainland mobile number"),
    "a name of emoji": (["🎉"], "13900000088", "A name has 1 to 40 characters"),
    "born tomorrow": (["许静宜", "2026-09-17"], "13900000088", "Nobody alive was born"),
    "a common password": (["许静宜", "1979-05-06", *["password"] * 2], "13900000088", "first that"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_answer_makes_nobody(create, db_session, case: str) -> None:
    answers, phone, sentence = WRONG[case]
    done = create(*answers, phone=phone)
    assert done.exit_code == 1
    assert sentence in done.output
    assert db_session.scalar(select(func.count()).select_from(User)) == 0
    assert db_session.scalar(select(func.count()).select_from(Person)) == 0
