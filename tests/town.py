"""The demo town in objects: named people, places and programs, made directly from models.

Every function adds and flushes; nothing commits. `build(session)` makes the whole small town and
commits, because a visitor of the pages sees only what is committed:

    town = build(db_session)
    browse.sign_in(user_of(db_session, town.lin_xiao))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar

from argon2 import PasswordHasher
from sqlalchemy.orm import Session, scoped_session

from tests import town_rows
from venue import clock
from venue.accounts.models import StaffRole, User
from venue.accounts.rules import Role
from venue.audit.rules import SYSTEM, Actor, Channel
from venue.childcare.models import CareProgram
from venue.draws.models import Applicant, Application, Draw, DrawProgram, Wish
from venue.people.models import Delegation, Neighborhood, Person
from venue.people.rules import Basis, school_year
from venue.places.models import (
    Center,
    Closure,
    District,
    OpeningRule,
    Patron,
    Room,
    RoomBooking,
    RoomSharing,
)
from venue.places.rules import BookingMode, BookingStatus, Category, Layer
from venue.programs.calendar import publish_program
from venue.programs.models import Program, ScheduledSession, SeriesPattern, SessionRoom, Term
from venue.programs.rules import Admission, Books, DaysFollowed
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.rules import SEATED, EnrollmentStatus, Quota
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant, local, local_date

AnySession = Session | scoped_session[Session]
Row = TypeVar("Row")

PASSWORD = "wutong-li-2026"
"""The password of everybody here who has an account."""
FIRST_LESSON = date(2026, 9, 22)
"""A Tuesday, six days after the frozen clock starts."""
OPENS_AT = instant(date(2026, 9, 10), time(9))
CLOSES_AT = instant(date(2026, 9, 21), time(18))
DRAW_CLOSES_AT = instant(date(2026, 9, 18), time(18))


@cache
def password_hash() -> str:
    """Return the hash of PASSWORD; cheap, because nothing here is secret."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def district(session: AnySession, name: str = "清江区") -> District:
    return _added(session, District(name=name))


def neighborhood(session: AnySession, name: str = "梧桐里社区") -> Neighborhood:
    return _added(session, Neighborhood(name=name))


def center(
    session: AnySession,
    of: District,
    slug: str = "wutongli",
    name: str = "梧桐里党群服务中心",
    neighborhoods: Sequence[Neighborhood] = (),
) -> Center:
    """Make a center that is open every day from 08:30 to 21:00."""
    made = _added(
        session,
        Center(
            district=of,
            slug=slug,
            name=name,
            address="清江区梧桐路 18 号",
            phone="+862166660018",
            neighborhoods=list(neighborhoods),
        ),
    )
    for layer, opens, closes in (
        (Layer.REGULAR, time(8, 30), time(17)),
        (Layer.EXTENDED, time(17), time(21)),
    ):
        hours(session, made, layer, opens, closes)
    return made


def hours(
    session: AnySession,
    of: Center,
    layer: Layer,
    opens: time,
    closes: time,
    weekdays: str = "1234567",
    room: Room | None = None,
) -> OpeningRule:
    return _added(
        session,
        OpeningRule(
            center_id=of.id,
            room=room,
            layer=layer,
            weekdays=weekdays,
            opens_time=opens,
            closes_time=closes,
        ),
    )


def room(
    session: AnySession,
    of: Center,
    name: str,
    capacity: int = 24,
    floor: int = 2,
    *,
    private: bool = False,
    position: int = 0,
) -> Room:
    return _added(
        session,
        Room(
            center=of,
            name=name,
            floor=floor,
            area_m2=capacity * 2,
            capacity=capacity,
            booking_mode=BookingMode.STAFF_ONLY if private else BookingMode.OPEN,
            private=private,
            position=position,
        ),
    )


def shared(session: AnySession, of: Room, with_: Center) -> RoomSharing:
    """Let another center use a room like its own."""
    row = RoomSharing(room_id=of.id, center_id=with_.id, since_at=clock.now())
    return _added(session, row)


def term(session: AnySession, of: District, name: str = "2026 年秋季") -> Term:
    return _added(
        session,
        Term(district_id=of.id, name=name, starts_on=date(2026, 9, 1), ends_on=date(2027, 1, 31)),
    )


def person(
    session: AnySession,
    name: str,
    birth_year: int = 1990,
    *,
    birth_on: date | None = None,
    phone: str | None = None,
    lives_in: Neighborhood | None = None,
    grade: int | None = None,
    known_to: Iterable[Center] = (),
) -> Person:
    """Make a person; `known_to` are the centers whose staff may find them."""
    made = _added(
        session,
        Person(
            full_name=name,
            birth_year=birth_on.year if birth_on else birth_year,
            birth_on=birth_on,
            phone=phone,
            neighborhood=lives_in,
            grade=grade,
            grade_year=None if grade is None else school_year(local_date(clock.now())),
            created_at=clock.now(),
        ),
    )
    for center_ in known_to:
        make_known(session, made, center_)
    return made


def make_known(session: AnySession, of: Person, to: Center) -> None:
    """Let the staff of a center find a person."""
    session.add(Patron(center_id=to.id, person_id=of.id, since_at=clock.now()))
    session.flush()


def account(session: AnySession, of: Person, phone: str | None = None) -> User:
    """Give a person an account with PASSWORD; `phone` defaults to the number they are called at."""
    number = phone or of.phone
    assert number is not None, f"{of.full_name} needs a number to sign in with"
    return _added(
        session,
        User(person=of, phone=number, password_hash=password_hash(), created_at=clock.now()),
    )


def user_of(session: AnySession, person_: Person) -> User:
    """Return the account of a person who has one."""
    return session.query(User).where(User.person_id == person_.id).one()


def staff_role(session: AnySession, of: Person, role: Role, at: Center | District) -> StaffRole:
    return _added(
        session,
        StaffRole(
            person_id=of.id,
            role=role,
            center_id=at.id if isinstance(at, Center) else None,
            district_id=at.id if isinstance(at, District) else None,
            granted_at=clock.now(),
        ),
    )


def may_act(
    session: AnySession, delegate: Person, principal: Person, basis: Basis = Basis.GUARDIAN
) -> Delegation:
    """Let one person act for another, confirmed."""
    return _added(
        session,
        Delegation(
            delegate=delegate,
            principal=principal,
            basis=basis,
            confirmed_at=clock.now(),
            confirmed_by_id=delegate.id,
        ),
    )


def delegation_of(session: AnySession, delegate: Person, principal: Person) -> Delegation:
    """Return by what one person acts for another."""
    return (
        session.query(Delegation)
        .where(Delegation.delegate_id == delegate.id, Delegation.principal_id == principal.id)
        .one()
    )


def booking(
    session: AnySession,
    of: Room,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str | None = None,
    category: Category | None = None,
) -> RoomBooking:
    return _added(
        session,
        RoomBooking(
            room=of,
            status=BookingStatus.HELD,
            starts_at=starts_at,
            ends_at=ends_at,
            purpose=purpose,
            category=category,
        ),
    )


def closure(
    session: AnySession, of: Center, interval: Interval, reason: str, room: Room | None = None
) -> Closure:
    return _added(
        session,
        Closure(
            center_id=of.id,
            room=room,
            starts_at=interval.start,
            ends_at=interval.end,
            reason=reason,
        ),
    )


def program(session: AnySession, of: Center, title: str = "零基础国画", **facts: object) -> Program:
    """Make a published program of adults without sessions or seats; `facts` are its columns."""
    defaults: dict[str, object] = {
        "category": Category.COURSE,
        "audience": "成人",
        "price_fen": 18000,
        "enroll_opens_at": OPENS_AT,
        "enroll_closes_at": CLOSES_AT,
        "published_at": clock.now() - timedelta(days=10),
        "created_at": clock.now() - timedelta(days=20),
    }
    return _added(session, Program(center=of, title=title, **{**defaults, **facts}))


def lesson(
    session: AnySession,
    of: Program,
    on: date,
    starts: time = time(18, 30),
    minutes: int = 90,
    room: Room | None = None,
    topic: str = "",
) -> ScheduledSession:
    """Add one session to a program, with its booking when a room is given."""
    return _added(session, _dated(of, on, starts, minutes, room, topic))


def _dated(
    of: Program, on: date, starts: time, minutes: int, room: Room | None, topic: str
) -> ScheduledSession:
    starts_at = instant(on, starts)
    ends_at = starts_at + timedelta(minutes=minutes)
    made = ScheduledSession(
        program=of, center_id=of.center_id, starts_at=starts_at, ends_at=ends_at, topic=topic
    )
    if room is not None:
        held = RoomBooking(
            room=room, status=BookingStatus.HELD, starts_at=starts_at, ends_at=ends_at
        )
        made.rooms.append(SessionRoom(booking=held))
    return made


def seats(session: AnySession, of: Program | ScheduledSession, capacity: int = 25) -> SeatPool:
    if isinstance(of, Program):
        return _added(session, SeatPool(program=of, capacity=capacity, taken=0))
    return _added(session, SeatPool(session=of, capacity=capacity, taken=0))


def course(
    session: AnySession,
    of: Center,
    title: str = "零基础国画",
    *,
    room: Room | None = None,
    capacity: int = 25,
    lessons: int = 12,
    first_on: date = FIRST_LESSON,
    starts: time = time(18, 30),
    **facts: object,
) -> Program:
    """Make a published weekly course with its sessions, bookings and, unless one drops in, seats.

    With `books=Books.SESSION` each session has a pool of its own.
    """
    made = program(session, of, title, **facts)
    held = [
        _dated(made, first_on + timedelta(weeks=week), starts, 90, room, "")
        for week in range(lessons)
    ]
    session.add_all(held)
    if made.admission is not Admission.DROP_IN and made.books.by_session:
        session.add_all(SeatPool(session=one, capacity=capacity, taken=0) for one in held)
    elif made.admission is not Admission.DROP_IN:
        session.add(SeatPool(program=made, capacity=capacity, taken=0))
    session.flush()
    return made


def care(
    session: AnySession,
    of: Center,
    title: str = "放学托管",
    *,
    days: int = 10,
    capacity: int = 25,
    first_on: date = FIRST_LESSON,
    price_fen: int = 3000,
    **facts: object,
) -> Program:
    """Make a published program of care on so many days from Monday to Friday, each with its pool.

    `facts` are columns of its care_program: grades 1 to 6 and a meal for 15 yuan without them.
    """
    made = program(
        session,
        of,
        title,
        category=Category.CARE,
        books=Books.DAYS,
        price_fen=price_fen,
        enroll_closes_at=None,
    )
    dates = [first_on + timedelta(days=n) for n in range(2 * days + 2)]
    school_days = [on for on in dates if on.isoweekday() < 6][:days]
    held = [_dated(made, on, time(15, 30), 120, None, "") for on in school_days]
    session.add_all(held)
    session.add_all(SeatPool(session=one, capacity=capacity, taken=0) for one in held)
    known = {"min_grade": 1, "max_grade": 6, "meal_fen": 1500, "nap_fen": None, **facts}
    session.add(CareProgram(program=made, **known))
    session.flush()
    return made


def series(session: AnySession, of: Program, room: Room) -> SeriesPattern:
    """Keep the rhythm of a weekly course that `course` made, from its first session to its last."""
    days = [local_date(one.starts_at) for one in of.sessions]
    first = of.sessions[0]
    kept = SeriesPattern(
        program=of,
        starts_on=days[0],
        weekdays=str(days[0].isoweekday()),
        every_weeks=1,
        until_on=days[-1],
        follows=DaysFollowed.ORDINARY,
        starts_time=local(first.starts_at).time(),
        ends_time=local(first.ends_at).time(),
        room=room,
        made_at=clock.now(),
    )
    for one, on in zip(of.sessions, days, strict=True):
        one.pattern, one.pattern_on = kept, on
    return _added(session, kept)


def many_courses(
    session: AnySession, of: Center, count: int, teacher: Person | None = None
) -> list[Program]:
    """Make many published programs of one date each, every third booked by session."""
    starts_at = instant(FIRST_LESSON, time(18, 30))
    made = []
    for number in range(count):
        by_session = number % 3 == 0
        one = Program(
            center=of,
            category=Category.COURSE,
            title=f"课程{number}",
            teacher=teacher,
            price_fen=0,
            books=Books.SESSION if by_session else Books.SERIES,
            enroll_opens_at=OPENS_AT,
            enroll_closes_at=CLOSES_AT,
            published_at=clock.now(),
            created_at=clock.now(),
        )
        date_ = ScheduledSession(
            program=one,
            center_id=of.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
        )
        pool = SeatPool(capacity=20, taken=0)
        if by_session:
            pool.session = date_
        else:
            pool.program = one
        session.add(pool)
        made.append(one)
    session.flush()
    return made


def draw(
    session: AnySession,
    of: Center,
    programs: Sequence[Program],
    *,
    closes_at: datetime | None = None,
    published: bool = True,
    **facts: object,
) -> Draw:
    """Make a draw over programs of one term, whose window is open; `facts` are its columns."""
    made = Draw(
        center_id=of.id,
        term_id=programs[0].term_id,
        name="秋季夜校摇号",
        opens_at=instant(date(2026, 9, 12), time(9)),
        closes_at=closes_at or DRAW_CLOSES_AT,
        number_source="中国福利彩票双色球第 2026107 期开奖号码，由小到大，蓝球在后",
        created_at=clock.now(),
        published_at=clock.now() if published else None,
        programs=[DrawProgram(program=one) for one in programs],
        **facts,
    )
    return _added(session, made)


def application(
    session: AnySession, of: Draw, people: Sequence[Person], wishes: Sequence[Program]
) -> Application:
    """Write an application without asking any rule."""
    made = _added(
        session,
        Application(
            draw=of,
            pseudonym=f"{of.id:08x}{people[0].id:08x}",
            channel=Channel.ONLINE,
            applied_at=clock.now(),
            changed_at=clock.now(),
            wish_rows=[Wish(rank=at, program=one) for at, one in enumerate(wishes, 1)],
        ),
    )
    made.people = [Applicant(draw_id=of.id, person=person_) for person_ in people]
    session.flush()
    return made


def pool_of(session: AnySession, of: Program | ScheduledSession) -> SeatPool:
    """Return the seats of a program or session that are for everybody."""
    column = SeatPool.program_id if isinstance(of, Program) else SeatPool.session_id
    return session.query(SeatPool).where(column == of.id, SeatPool.quota.is_(None)).one()


def quota_of(session: AnySession, of: Program | ScheduledSession, quota: Quota) -> SeatPool:
    """Return the seats of a priority group of a program or session."""
    column = SeatPool.program_id if isinstance(of, Program) else SeatPool.session_id
    return session.query(SeatPool).where(column == of.id, SeatPool.quota == quota).one()


def enrollment(
    session: AnySession,
    pool: SeatPool,
    who: Person,
    status: EnrollmentStatus = EnrollmentStatus.CONFIRMED,
) -> Enrollment:
    """Write an enrollment without asking any rule; the pool counts it when it has a seat."""
    of = pool.program or pool.session.program
    limited = of.limit_group if pool.program is not None else None
    made = _added(
        session,
        Enrollment(
            pool=pool,
            person=who,
            program=of,
            session=pool.session,
            term_id=of.term_id if limited else None,
            limit_group=limited,
            status=status,
            channel=Channel.ONLINE,
            created_at=clock.now(),
            changed_at=clock.now(),
        ),
    )
    if status in SEATED:
        pool.taken += 1
    if status is EnrollmentStatus.OFFERED:
        offer = WaitlistOffer(
            enrollment=made,
            offered_at=clock.now(),
            expires_at=clock.now() + timedelta(hours=24),
        )
        _added(session, offer)
    session.flush()
    return made


def crowd(session: AnySession, count: int, known_to: Iterable[Center] = ()) -> list[Person]:
    """Make some adults to fill a course with."""
    return [person(session, f"居民{number}", known_to=known_to) for number in range(1, count + 1)]


@dataclass
class Town:
    """What `build` made; everybody known by name."""

    district: District
    wutongli: Center
    elsewhere: Center
    neighborhood: Neighborhood
    other_neighborhood: Neighborhood
    term: Term
    studio: Room
    classroom: Room
    mediation: Room
    """Private."""
    painting: Program
    """零基础国画, Tuesdays 18:30, 25 seats, all free, ages 18 to 55, taught by 顾老师."""
    pattern: SeriesPattern
    """Of 零基础国画: twelve Tuesdays in the studio."""
    lin_xiao: Person
    """林晓, a young worker."""
    chen_min: Person
    """陈敏, mother of 小禾 and 小麦."""
    xiao_he: Person
    xiao_mai: Person
    zhou_jianguo: Person
    """周建国, 70, without a phone; his daughter 周文 acts for him."""
    zhou_wen: Person
    he_jing: Person
    """何静, at the desk of 梧桐里."""
    teacher_gu: Person
    shen_lan: Person
    """沈岚, manager of 梧桐里."""
    wei_dong: Person
    """魏东, district officer."""


def build(session: AnySession) -> Town:
    """Make the town and commit it."""
    opened = session() if isinstance(session, scoped_session) else session
    key = town_rows.key_of(opened, clock.now())
    empty = town_rows.is_empty(opened)
    before = town_rows.kept(key) if empty else None
    if before is not None:
        town = Town(**town_rows.write(opened, before))
        session.commit()
        return town
    town = _build(session)
    session.commit()
    if empty:
        town_rows.keep(opened, key, vars(town))
        session.commit()
    return town


def _build(session: AnySession) -> Town:
    home = district(session)
    nearby = neighborhood(session)
    far = neighborhood(session, "河湾社区")
    wutongli = center(session, home, neighborhoods=[nearby])
    elsewhere = center(session, home, "hewan", "河湾党群服务中心", [far])
    studio = room(session, wutongli, "国画室", 25, position=1)
    people = {
        "lin_xiao": person(
            session, "林晓", birth_on=date(1998, 5, 4), phone="+8613900000001", lives_in=nearby
        ),
        "chen_min": person(
            session, "陈敏", birth_on=date(1986, 3, 12), phone="+8613900000002", lives_in=nearby
        ),
        "xiao_he": person(session, "陈小禾", birth_on=date(2017, 6, 1), lives_in=nearby, grade=3),
        "xiao_mai": person(
            session, "陈小麦", birth_on=date(2019, 10, 20), lives_in=nearby, grade=1
        ),
        "zhou_jianguo": person(session, "周建国", 1956, lives_in=nearby, known_to=[wutongli]),
        "zhou_wen": person(session, "周文", birth_on=date(1984, 8, 8), phone="+8613900000003"),
        "he_jing": person(session, "何静", birth_on=date(1992, 2, 2), phone="+8613900000004"),
        "teacher_gu": person(session, "顾长青", birth_on=date(1975, 1, 5), phone="+8613900000005"),
        "shen_lan": person(session, "沈岚", birth_on=date(1980, 7, 7), phone="+8613900000006"),
        "wei_dong": person(session, "魏东", birth_on=date(1978, 9, 9), phone="+8613900000007"),
    }
    for one in people.values():
        if one.phone is not None:
            account(session, one)
    for name in ("xiao_he", "xiao_mai"):
        may_act(session, people["chen_min"], people[name])
    may_act(session, people["zhou_wen"], people["zhou_jianguo"], Basis.RELATIVE)
    staff_role(session, people["he_jing"], Role.DESK, wutongli)
    staff_role(session, people["teacher_gu"], Role.TEACHER, wutongli)
    staff_role(session, people["shen_lan"], Role.MANAGER, wutongli)
    staff_role(session, people["wei_dong"], Role.DISTRICT_OFFICER, home)
    autumn = term(session, home)
    painting = course(
        session,
        wutongli,
        room=studio,
        min_age=18,
        max_age=55,
        teacher=people["teacher_gu"],
        term=autumn,
        limit_group="夜校",
        summary="从握笔到一幅完整的小品，零基础也能画。",
        syllabus="认识笔墨\n梅\n兰\n竹\n菊",
    )
    return Town(
        district=home,
        wutongli=wutongli,
        elsewhere=elsewhere,
        neighborhood=nearby,
        other_neighborhood=far,
        term=autumn,
        studio=studio,
        classroom=room(session, wutongli, "多功能教室", 40, 3, position=2),
        mediation=room(session, wutongli, "调解室", 8, 1, private=True, position=3),
        painting=painting,
        pattern=series(session, painting, studio),
        **people,
    )


def in_calendars(session: Session, town: Town) -> Town:
    """Enter the painting course into the calendars, committed."""
    publish_program(session, town.painting.id, now=clock.now())
    session.commit()
    return town


def acts(who: Person | None = None) -> dict[str, Any]:
    """Return by whom and when something is done; the house itself, where a test does not care."""
    actor = SYSTEM if who is None else Actor(who.id, Channel.COUNTER)
    return {"actor": actor, "now": clock.now()}


def _added(session: AnySession, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
