"""Care of children: what a program of it offers, booked days, the grade of a child."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

COLUMNS = (
    ("grade", "CONSTRAINT ck_person_grade CHECK (grade BETWEEN 1 AND 9)"),
    (
        "grade_year",
        "CONSTRAINT ck_person_grade_year CHECK ((grade IS NULL) = (grade_year IS NULL))",
    ),
)
"""Columns of `person` and their constraints, in words that both databases read."""


def upgrade() -> None:
    """Create the tables of care and give people a grade."""
    for column, constraint in COLUMNS:
        op.execute(f"ALTER TABLE person ADD COLUMN {column} INTEGER {constraint}")
    op.create_table(
        "care_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["booked_by_id"], ["person.id"], name=op.f("fk_care_booking_booked_by_id")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["person.id"], name=op.f("fk_care_booking_child_id")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_care_booking_program_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_booking")),
    )
    op.create_index(
        op.f("ix_care_booking_child_id_program_id"), "care_booking", ["child_id", "program_id"]
    )
    op.create_index(op.f("ix_care_booking_program_id"), "care_booking", ["program_id"])
    op.create_table(
        "care_program",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("min_grade", sa.Integer(), nullable=False),
        sa.Column("max_grade", sa.Integer(), nullable=False),
        sa.Column("whole_weeks", sa.Boolean(), nullable=False),
        sa.Column("meal_fen", sa.Integer(), nullable=True),
        sa.Column("nap_fen", sa.Integer(), nullable=True),
        sa.Column("change_days", sa.Integer(), nullable=False),
        sa.Column("change_time", sa.Time(), nullable=False),
        sa.CheckConstraint("change_days >= 0", name=op.f("ck_care_program_change_days")),
        sa.CheckConstraint("meal_fen >= 0 AND nap_fen >= 0", name=op.f("ck_care_program_prices")),
        sa.CheckConstraint(
            "min_grade BETWEEN 1 AND max_grade AND max_grade <= 6",
            name=op.f("ck_care_program_grades"),
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_care_program_program_id")
        ),
        sa.PrimaryKeyConstraint("program_id", name=op.f("pk_care_program")),
    )
    op.create_table(
        "care_day",
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("meal", sa.Boolean(), nullable=False),
        sa.Column("nap", sa.Boolean(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("meal_fen", sa.Integer(), nullable=False),
        sa.Column("nap_fen", sa.Integer(), nullable=False),
        sa.Column("absent_at", INSTANT, nullable=True),
        sa.Column("absent_by_id", sa.Integer(), nullable=True),
        sa.Column("absence", sa.String(length=100), nullable=False),
        sa.CheckConstraint("(absent_at IS NULL) = (absence = '')", name=op.f("ck_care_day_absent")),
        sa.CheckConstraint(
            "price_fen >= 0 AND meal_fen >= 0 AND nap_fen >= 0", name=op.f("ck_care_day_prices")
        ),
        sa.ForeignKeyConstraint(
            ["absent_by_id"], ["person.id"], name=op.f("fk_care_day_absent_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["care_booking.id"], name=op.f("fk_care_day_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollment.id"], name=op.f("fk_care_day_enrollment_id")
        ),
        sa.PrimaryKeyConstraint("enrollment_id", name=op.f("pk_care_day")),
    )
    op.create_index(op.f("ix_care_day_booking_id"), "care_day", ["booking_id"])


def downgrade() -> None:
    """Refuse: what was written down since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
