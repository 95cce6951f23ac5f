"""Who may do what at which center: the viewer of a request and the decorators of views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from flask import Response, abort, g, redirect, request
from flask_login import LoginManager, UserMixin, current_user, login_url
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Row,
    Select,
    bindparam,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.accounts.models import LoginSession, StaffRole, User
from venue.accounts.rules import Role, grantable, token_hash
from venue.audit.rules import Actor, Channel
from venue.db import db, execute_core
from venue.people.acting import in_force
from venue.people.models import Delegation, Person
from venue.places.models import Center, Patron

P = ParamSpec("P")
R = TypeVar("R")


class Permission(StrEnum):
    """What a role allows at its center."""

    DESK = "desk"
    """Find and create people, enroll and withdraw for them, issue codes."""
    TEACH = "teach"
    """See who is coming to one's own sessions."""
    CARE = "care"
    """See the day board of care; whoever is on duty that day marks children and opens files."""
    OFFICE = "office"
    """Center, rooms, hours, duty, programs and sessions."""
    STAFF = "staff"
    """Invite and remove staff."""
    OVERSEE = "oversee"
    """See totals of every center of the district, and no person."""


_everything = frozenset(
    {Permission.DESK, Permission.TEACH, Permission.CARE, Permission.OFFICE, Permission.STAFF}
)

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _everything | {Permission.OVERSEE},
    Role.DISTRICT_OFFICER: frozenset({Permission.OVERSEE}),
    Role.MANAGER: _everything,
    Role.DESK: frozenset({Permission.DESK}),
    Role.TEACHER: frozenset({Permission.TEACH}),
    Role.CARER: frozenset({Permission.TEACH, Permission.CARE}),
}


class HeldRole(NamedTuple):
    """A role in force, and where it counts."""

    role: Role
    center_id: int | None
    district_id: int | None


@dataclass(frozen=True)
class Viewer(UserMixin):
    """The signed-in person of a request, with the roles in force."""

    token: str = field(repr=False)
    user_id: int
    person_id: int
    person: Person
    roles: tuple[HeldRole, ...]

    @property
    def user(self) -> User:
        """The account, for the few pages that speak of it."""
        return db.session.get_one(User, self.user_id)

    def get_id(self) -> str:
        """Return the token of the login session: the cookie has it, the database its hash."""
        return self.token

    @property
    def is_staff(self) -> bool:
        """Whether any role is held anywhere."""
        return bool(self.roles)

    @property
    def center_ids(self) -> frozenset[int]:
        """The centers at which a role is held."""
        return frozenset(role.center_id for role in self.roles if role.center_id is not None)

    def may(self, permission: Permission, center: Center) -> bool:
        """Tell whether one of the roles allows it at this center."""
        return any(
            permission in ALLOWED[role.role] and _covers(role, center) for role in self.roles
        )

    def acts(self, channel: Channel = Channel.ONLINE) -> Actor:
        """Return the viewer as the actor of a verb."""
        return Actor(self.person_id, channel)


def _covers(role: HeldRole, center: Center) -> bool:
    if role.role is Role.ADMINISTRATOR:
        return True
    return role.center_id == center.id or (
        role.district_id is not None and role.district_id == center.district_id
    )


login_manager = LoginManager()
login_manager.session_protection = None  # type: ignore[assignment]  # the row decides


_ROLES = (
    select(StaffRole.role, StaffRole.center_id, StaffRole.district_id)
    .select_from(LoginSession)
    .join(User, User.id == LoginSession.user_id)
    .outerjoin(StaffRole, (StaffRole.person_id == User.person_id) & StaffRole.ended_at.is_(None))
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > bindparam("now"),
    )
)
"""One row for each role, one empty row when there is none, no row when the login has ended.

Built once: each page asks, and building it takes longer than having it answered.
"""
_VIEWER = (
    _ROLES.join(Person, Person.id == User.person_id)
    .add_columns(User.id.label("user_id"), Person)
    .execution_options(populate_existing=True)
)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_viewer(token: str) -> Viewer | None:
    """Return whose login session this is, in one query, or None when it has ended."""
    rows = db.session.execute(_VIEWER, _login(token)).all()
    if not rows:
        return None
    first = rows[0]
    return Viewer(token, first.user_id, first.Person.id, first.Person, _held(rows))


def _login(token: str) -> dict[str, Any]:
    return {"token_hash": token_hash(token), "now": clock.now()}


def _held(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[HeldRole, ...]:
    return tuple(
        HeldRole(row.role, row.center_id, row.district_id) for row in rows if row.role is not None
    )


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_who() -> BaseResponse:
    """Lead to signing in, and from there back to the page, or to the page a form stood on."""
    page = request.url if request.method == "GET" else request.referrer
    address = login_url("accounts.login", next_url=page)
    if "HX-Request" not in request.headers:
        return redirect(address)
    # htmx would follow a redirect and put the whole page where a piece of this one belongs.
    return Response(status=401, headers={"HX-Redirect": address})


def viewer() -> Viewer | None:
    """Return the viewer of this request, or None."""
    who = current_user._get_current_object()  # noqa: SLF001  (isinstance needs the object itself)
    return who if isinstance(who, Viewer) else None


def the_viewer() -> Viewer:
    """Return the viewer of a page that only signed-in people reach."""
    found = viewer()
    if found is None:
        abort(401)
    return found


def acting() -> Viewer | None:
    """Return the viewer as the present transaction sees them: a role may just have ended.

    Their person is read again when it is asked for; most verbs lock and read people themselves.
    """
    before = viewer()
    if before is None:
        return None
    rows = execute_core(db.session(), _ROLES, _login(before.token)).all()
    if not rows:
        abort(401)
    present = replace(before, roles=_held(rows))
    g._login_user = present  # noqa: SLF001  (where Flask-Login keeps it)
    return present


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Let only signed-in people reach a view; others are led to sign in and come back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if viewer() is None:
            return login_manager.unauthorized()  # type: ignore[no-any-return]
        return view(*args, **kwargs)

    return guarded


def represented(session: Session, who: Viewer) -> list[Person]:
    """Return those for whom the viewer may act: the viewer first, then the others by name."""
    others = session.scalars(
        select(Person)
        .where(Person.id.in_(_principals_of(literal(who.person.id))))
        .order_by(Person.full_name, Person.id)
    )
    return [who.person, *others]


def family_ids(person_id: ColumnElement[int]) -> CompoundSelect[int]:
    """Select the ids of those for whom a person may act, the person's own among them."""
    return union_all(select(person_id), _principals_of(person_id))


def _principals_of(person_id: ColumnElement[int]) -> Select[int]:
    return select(Delegation.principal_id).where(
        Delegation.delegate_id == person_id,
        # Asked of the clock with each execution: some of these statements are built once.
        in_force(bindparam(None, callable_=clock.today, type_=Date())),
    )


def person_for(session: Session, who: Viewer, person_id: int) -> Person:
    """Return somebody for whom the viewer may act; answers 404 for anybody else."""
    return people_for(session, who, [person_id])[0]


def people_for(session: Session, who: Viewer, person_ids: Sequence[int]) -> list[Person]:
    """Return some for whom the viewer may act, in that order; answers 404 for anybody else."""
    if person_ids == [who.person_id]:
        return [who.person]
    found = {one.id: one for one in represented(session, who)}
    if not set(person_ids) <= found.keys():
        abort(404)
    return [found[person_id] for person_id in person_ids]


def patron_of(session: Session, center: Center, person_id: int) -> Person:
    """Return somebody whom the center knows; answers 404 for anybody else."""
    person = session.scalar(
        select(Person)
        .join(Patron, Patron.person_id == Person.id)
        .where(Patron.center_id == center.id, Person.id == person_id)
    )
    if person is None:
        abort(404)
    return person


def may_let_in(session: Session, who: Viewer, person_id: int) -> bool:
    """Tell whether the viewer may give somebody a code, by which they get into their account.

    Whoever issues it could use it. So into the account of staff only those let who could grant
    each of their roles.
    """
    held = session.execute(
        select(StaffRole.role, StaffRole.center_id, StaffRole.district_id).where(
            StaffRole.person_id == person_id, StaffRole.ended_at.is_(None)
        )
    )
    return all(any(_could_grant(own, role) for own in who.roles) for role in _held(held))


def _could_grant(own: HeldRole, role: HeldRole) -> bool:
    if own.role is Role.ADMINISTRATOR:
        return True
    return role.role in grantable(own.role) and own.center_id == role.center_id


_CENTER = select(Center).where(Center.slug == bindparam("slug"))


def center_of(slug: str) -> Center:
    """Return the center with this slug, and make it the page's; answers 404 when there is none."""
    center = db.session.scalar(_CENTER, {"slug": slug})
    if center is None:
        abort(404)
    g.center = center
    return center


def staff(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only staff with the permission reach a view of `/<slug>/…`, which is given the center."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        @signed_in
        def guarded(slug: str, **kwargs: Any) -> Any:
            center = center_of(slug)
            if not the_viewer().may(permission, center):
                abort(403)
            return view(center, **kwargs)

        return guarded

    return decorate
