"""The form of a program: everything that is said of it, new or old."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from wtforms import BooleanField, Field, ValidationError

from venue.accounts.rules import Role
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.care_fields import OfferFields
from venue.blueprints.office.fields import (
    ChecksField,
    choice_field,
    conditional_long_field,
    enum_field,
    number_field,
    offer,
    offer_or_none,
    offer_words,
    optional_long_field,
    optional_number_field,
    optional_text_field,
    row_field,
    text_field,
    yuan_field,
)
from venue.blueprints.office.names import CATEGORIES, JOINING, SEATING_SERIES, Joining
from venue.blueprints.office.reading import staff_of
from venue.blueprints.office.times import optional_moment_field
from venue.blueprints.words import _l
from venue.childcare.planning import CareTerms
from venue.childcare.rules import FIRST_GRADE, LAST_GRADE
from venue.db import db
from venue.people.models import Person
from venue.people.rules import OLDEST
from venue.places.models import Center
from venue.places.rules import Category
from venue.places.sharing import neighbors
from venue.programs.agreeing import Agreement
from venue.programs.editing import ProgramDescription
from venue.programs.models import Program, Term
from venue.programs.rules import LARGEST_GROUP, Admission

MOST_SEATS = 2_000
"""More than any hall of a neighborhood center holds (own)."""
LONGEST_CRITERION = 200
"""Characters, as the answer to an application holds."""
TEACHING = (Role.TEACHER, Role.CARER)
PAIR = 2
WITHOUT_PAIRS = (Joining.LOTTERY, Joining.DAYS, Joining.DROP_IN)


class ProgramForm(VenueForm):
    """What is said of a program, and may change; some of it only while it is a draft."""

    title = text_field(_l("名称"), 60, _l("请填写名称。"))
    category = enum_field(_l("类别"), CATEGORIES)
    summary = optional_text_field(_l("一句话介绍"), 200)
    syllabus = optional_long_field(_l("内容，一行一课"), 4000, rows=8)
    teacher_id = row_field(_l("老师"))
    audience = optional_text_field(_l("面向谁"), 40)
    min_age = optional_number_field(_l("最小年龄"), 0, OLDEST)
    max_age = optional_number_field(_l("最大年龄"), 0, OLDEST)
    residents_only = BooleanField(_l("只限本中心服务的社区的居民"))
    price_fen = yuan_field(_l("价格（元）"))
    enroll_opens_at = optional_moment_field(_l("报名开始"))
    enroll_closes_at = optional_moment_field(_l("报名截止"))
    term_id = row_field(_l("学期"))
    limit_group = optional_text_field(_l("限报组"), 40)
    partner_ids = ChecksField(_l("和哪些中心合办"), coerce=int)
    joining = choice_field(_l("怎样参加"), JOINING)
    criteria = conditional_long_field(_l("审核条件，一行一条"), 300)
    group_limit = number_field(_l("一次最多几个人一起报"), 1, LARGEST_GROUP)
    by_pair = BooleanField(_l("一大一小一起报：每次一位大人、一个孩子"))
    walk_in_seats = optional_number_field(_l("每场另外留几个现场座位"), 1, MOST_SEATS)
    asks_after = BooleanField(_l("报了名没来的，请柜台打电话问一问"))
    asks_opinions = BooleanField(_l("结束后请来的人说说怎么样（很好、还行、不好）"))
    consent_title = optional_text_field(_l("同意书的名称"), 60)
    consent_body = optional_long_field(_l("同意书的内容"), 8000, rows=8)

    @classmethod
    def about(cls, program: Program) -> ProgramForm:
        """Return the form with what is said of a program, without what it keeps for good."""
        agreed = program.consent_text
        form = cls(
            obj=program,
            data={
                "partner_ids": [one.id for one in program.partners],
                "joining": Joining.of(program),
                "consent_title": agreed.title if agreed else "",
                "consent_body": agreed.body if agreed else "",
            },
        )
        form.settle(program)
        return form

    def validate_max_age(self, field: Field) -> None:
        """Check the order of the ages."""
        low = self.min_age.data
        if field.data is not None and low is not None and field.data < low:
            raise ValidationError(_l("最大年龄不能小于最小年龄。"))

    def validate_enroll_closes_at(self, field: Field) -> None:
        """Check the order of the window."""
        opens = self.enroll_opens_at.data
        if field.data is not None and opens is not None and field.data <= opens:
            raise ValidationError(_l("报名截止要晚于报名开始。"))

    def validate_limit_group(self, field: Field) -> None:
        """A limit holds within a term."""
        if field.data and self.term_id.data is None:
            raise ValidationError(_l("限报组在一个学期里起作用，请同时选择学期。"))

    def offer_rows(self, center: Center, program: Program | None) -> None:
        """Fill in the choices; a teacher who has left stays on the program that names them."""
        people = {one.id: one.full_name for one in staff_of(db.session(), center.id, TEACHING)}
        if program is not None and program.teacher_id is not None:
            teacher = db.session.get_one(Person, program.teacher_id)
            people.setdefault(teacher.id, teacher.full_name)
        offer_or_none(self.teacher_id, _l("未定"), people.items())
        nearby = neighbors(db.session(), center)
        if nearby:
            offer(self.partner_ids, [(one.id, one.name) for one in nearby])
        else:
            del self.partner_ids
        if "term_id" in self:
            terms = db.session.execute(
                select(Term.id, Term.name)
                .where(Term.district_id == center.district_id)
                .order_by(Term.starts_on.desc())
            )
            offer_or_none(self.term_id, _l("不属于任何学期"), [(row.id, row.name) for row in terms])

    def settle(self, program: Program) -> None:
        """Leave out what the program keeps, and what nobody is asked who just comes."""
        joining = Joining.of(program)
        if program.published_at is not None:
            del self.term_id, self.limit_group
        if program.published_at is None and joining in SEATING_SERIES:
            offer_words(self.joining, [(one, JOINING[one]) for one in SEATING_SERIES])
        else:
            del self.joining
            if joining is not Joining.APPROVAL:
                del self.criteria
        if joining is Joining.DROP_IN:
            del self.group_limit, self.asks_after, self.consent_title, self.consent_body
        if joining in WITHOUT_PAIRS and "joining" not in self:
            del self.by_pair

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask also for what is needed only because of something else in the form."""
        valid = bool(super().validate(extra_validators))
        for name, sentence in self.needed():
            if not self[name].data and not self[name].errors:
                self[name].errors = [sentence]
                valid = False
        return valid

    def needed(self) -> Iterator[tuple[str, str]]:
        """Name the fields that may not stay empty this time, each with what to say of it."""
        if "criteria" in self and self._joining in (None, Joining.APPROVAL):
            yield "criteria", _l("请写明按什么条件审核，居民会看到。")
        if "consent_title" in self and self.consent_body.data:
            yield "consent_title", _l("请给同意书起个名称。")
        if "consent_title" in self and self.consent_title.data:
            yield "consent_body", _l("请填写同意书的内容；不需要同意书，就把名称也清空。")

    def validate_by_pair(self, field: Field) -> None:
        """Pairs are seated at once, or wait together."""
        if field.data and self._joining in WITHOUT_PAIRS:
            raise ValidationError(_l("摇号、按天报和不用报名的活动，不能要求一大一小一起报。"))

    def validate_criteria(self, field: Field) -> None:
        """Each is the answer to whoever does not meet it."""
        if any(len(line) > LONGEST_CRITERION for line in (field.data or "").splitlines()):
            raise ValidationError(_l("每条最多 %(n)s 个字。", n=LONGEST_CRITERION))

    @property
    def _joining(self) -> Joining | None:
        return self.joining.data if "joining" in self else None

    def description(self, program: Program | None) -> ProgramDescription:
        """Return what was typed, and of what was not asked what the program has.

        The form is valid.
        """
        admission: Admission = (
            self._joining.admission if self._joining else self._asked("admission", program)
        )
        by_pair: bool = self._asked("by_pair", program)
        return ProgramDescription(
            title=self.title.data or "",
            category=self.category.data,
            audience=self.audience.data or "",
            summary=self.summary.data or "",
            syllabus=self.syllabus.data or "",
            teacher_id=self.teacher_id.data,
            term_id=self._asked("term_id", program),
            limit_group=self._asked("limit_group", program) or None,
            price_fen=self.price_fen.data or 0,
            min_age=self.min_age.data,
            max_age=self.max_age.data,
            residents_only=self.residents_only.data,
            enroll_opens_at=self.enroll_opens_at.data,
            enroll_closes_at=self.enroll_closes_at.data,
            admission=admission,
            criteria=self._criteria() if admission is Admission.APPROVAL else "",
            group_limit=PAIR if by_pair else self._asked("group_limit", program),
            by_pair=by_pair,
            walk_in_seats=self.walk_in_seats.data,
            asks_after=self._asked("asks_after", program),
            asks_opinions=self.asks_opinions.data,
        )

    def _criteria(self) -> str:
        return "\n".join(line for line in (self.criteria.data or "").splitlines() if line)

    @property
    def agreement(self) -> Agreement | None:
        """To what it lets people agree; None: to nothing."""
        if "consent_title" not in self or not self.consent_title.data:
            return None
        return Agreement(self.consent_title.data, self.consent_body.data or "")

    def _asked(self, name: str, program: Program | None) -> Any:
        return self[name].data if name in self else getattr(program, name)


class NewProgramForm(ProgramForm, OfferFields):
    """A new program: also how many seats the series has, and what care offers."""

    capacity = optional_number_field(_l("座位数"), 1, MOST_SEATS)

    def needed(self) -> Iterator[tuple[str, str]]:
        """Ask for the seats of a series, too."""
        yield from super().needed()
        if self._joining in SEATING_SERIES:
            yield "capacity", _l("请填写座位数。")
        if self._joining is Joining.DAYS:
            yield "min_grade", _l("请填写从几年级起收。")
            yield "max_grade", _l("请填写收到几年级。")

    def validate_max_grade(self, field: Field) -> None:
        """Check the order of the grades where they are asked."""
        if self._joining is Joining.DAYS:
            super().validate_max_grade(field)

    def care_terms(self) -> CareTerms:
        """Return what was typed of care, with the usual deadline; the form is valid."""
        return CareTerms(
            min_grade=self.min_grade.data or FIRST_GRADE,
            max_grade=self.max_grade.data or LAST_GRADE,
            whole_weeks=bool(self.whole_weeks.data),
            meal_fen=self.meal_fen.data,
            nap_fen=self.nap_fen.data,
        )

    @classmethod
    def blank(cls) -> NewProgramForm:
        """Return the form as it is first shown."""
        return cls(
            data={
                "category": Category.COURSE,
                "joining": Joining.SERIES,
                "price_fen": 0,
                "capacity": 25,
                "group_limit": 1,
                "min_grade": FIRST_GRADE,
                "max_grade": LAST_GRADE,
            }
        )
