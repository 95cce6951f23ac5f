"""Rooms that people book: reservations, sharing, photos, setup time, series, school days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

ANNOUNCED = {
    "postgresql": """
INSERT INTO announced_year (year, source, entered_at)
SELECT DISTINCT CAST(extract(year FROM day_on) AS INTEGER), 'package', now() FROM calendar_day
""",
    "sqlite": """
INSERT INTO announced_year (year, source, entered_at)
SELECT DISTINCT CAST(strftime('%Y', day_on) AS INTEGER), 'package', datetime('now')
FROM calendar_day
""",
}

COLUMNS = (
    ("center", "bookings_a_month", "INTEGER", ""),
    ("opening_rule", "phone", "VARCHAR(20)", ""),
    ("room", "setup_minutes", "INTEGER DEFAULT '0' NOT NULL", ""),
    (
        "room",
        "cleanup_minutes",
        "INTEGER DEFAULT '0' NOT NULL",
        "CONSTRAINT ck_room_preparation CHECK (setup_minutes >= 0 AND cleanup_minutes >= 0)",
    ),
    ("room", "advance_days", "INTEGER", ""),
    (
        "room",
        "longest_minutes",
        "INTEGER",
        "CONSTRAINT ck_room_limits CHECK (advance_days > 0 AND longest_minutes > 0)",
    ),
    ("room", "residents_only", "BOOLEAN DEFAULT false NOT NULL", ""),
    (
        "room_booking",
        "setup_minutes",
        "INTEGER DEFAULT '0' NOT NULL",
        "CONSTRAINT ck_room_booking_length CHECK (ends_at - starts_at <= 604800)",
    ),
    (
        "room_booking",
        "cleanup_minutes",
        "INTEGER DEFAULT '0' NOT NULL",
        (
            "CONSTRAINT ck_room_booking_preparation"
            " CHECK (setup_minutes >= 0 AND cleanup_minutes >= 0)"
        ),
    ),
    (
        "scheduled_session",
        "pattern_id",
        "INTEGER",
        "CONSTRAINT fk_scheduled_session_pattern_id REFERENCES series_pattern (id)",
    ),
    (
        "scheduled_session",
        "pattern_on",
        "DATE",
        (
            "CONSTRAINT ck_scheduled_session_pattern"
            " CHECK ((pattern_id IS NULL) = (pattern_on IS NULL))"
        ),
    ),
)
"""Table, column, type and constraint, in words that both databases read.

SQLite adds a constraint to a table only together with a column. Building the table anew, as
Alembic's batch mode does, would drop its triggers without a word.
"""


def upgrade() -> None:
    """Create the tables of reservations and of the two calendars, and widen those of rooms."""
    op.create_table(
        "school_exception",
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("teaches", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_school_exception_district_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "day_on", name=op.f("pk_school_exception")),
    )
    op.create_table(
        "school_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_school_term_order")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_school_term_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_term")),
    )
    op.create_index("ix_school_term_district_id", "school_term", ["district_id"])

    op.create_table(
        "announced_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_announced_year_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_announced_year")),
    )
    op.create_table(
        "organization",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("bookings_a_month", sa.Integer(), nullable=True),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["center_id"], ["center.id"], name=op.f("fk_organization_center_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
    )
    op.create_index("uq_organization_name", "organization", ["center_id", "name"], unique=True)

    op.create_table(
        "organization_member",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_member_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_organization_member_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "person_id", name=op.f("pk_organization_member")
        ),
    )
    op.create_index("ix_organization_member_person_id", "organization_member", ["person_id"])

    op.create_table(
        "program_partner",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_id"], ["center.id"], name=op.f("fk_program_partner_center_id")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_program_partner_program_id")
        ),
        sa.PrimaryKeyConstraint("program_id", "center_id", name=op.f("pk_program_partner")),
    )
    op.create_index("ix_program_partner_center_id", "program_partner", ["center_id"])

    op.create_table(
        "room_photo",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("shows", sa.String(length=100), nullable=False),
        sa.Column("taken_in_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_photo_room_id")),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_room_photo")),
    )
    op.create_table(
        "room_sharing",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["center_id"], ["center.id"], name=op.f("fk_room_sharing_center_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_sharing_room_id")),
        sa.PrimaryKeyConstraint("room_id", "center_id", name=op.f("pk_room_sharing")),
    )
    op.create_index("ix_room_sharing_center_id", "room_sharing", ["center_id"])

    op.create_table(
        "series_pattern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("follows", sa.String(length=24), nullable=False),
        sa.Column("starts_time", sa.Time(), nullable=False),
        sa.Column("ends_time", sa.Time(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(count IS NULL) <> (until_on IS NULL)", name=op.f("ck_series_pattern_end")
        ),
        sa.CheckConstraint("every_weeks > 0", name=op.f("ck_series_pattern_every_weeks")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_series_pattern_program_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_series_pattern_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_pattern")),
    )
    op.create_index("ix_series_pattern_program_id", "series_pattern", ["program_id"])

    op.create_table(
        "reservation",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("moved_from_at", INSTANT, nullable=True),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ending", sa.String(length=24), nullable=True),
        sa.Column("ending_reason", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_reservation_ending")
        ),
        sa.CheckConstraint("people > 0", name=op.f("ck_reservation_people")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_reservation_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["room_booking.id"], name=op.f("fk_reservation_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_reservation_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_reservation_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reservation_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_reservation_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_reservation")),
    )
    op.create_index(
        "ix_reservation_expiry",
        "reservation",
        ["expires_at"],
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index("ix_reservation_organization_id", "reservation", ["organization_id"])
    op.create_index("ix_reservation_person_id", "reservation", ["person_id"])

    op.create_table(
        "skipped_date",
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("skipped_at", INSTANT, nullable=False),
        sa.Column("skipped_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["series_pattern.id"], name=op.f("fk_skipped_date_pattern_id")
        ),
        sa.ForeignKeyConstraint(
            ["skipped_by_id"], ["person.id"], name=op.f("fk_skipped_date_skipped_by_id")
        ),
        sa.PrimaryKeyConstraint("pattern_id", "day_on", name=op.f("pk_skipped_date")),
    )
    for table, column, kind, constraint in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} {constraint}")
    # What was imported before came from the package, and only announced years are in it.
    op.execute(ANNOUNCED[op.get_bind().dialect.name])
    op.create_index(
        "uq_scheduled_session_pattern",
        "scheduled_session",
        ["pattern_id", "pattern_on"],
        unique=True,
    )


def downgrade() -> None:
    """Refuse: what was booked since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
