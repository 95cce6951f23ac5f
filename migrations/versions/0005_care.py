"""Care of children: programs of care, booked days, the files of children, the log of the door."""

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
        "child_file",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("leaves_alone_at", INSTANT, nullable=True),
        sa.Column("leaves_alone_by_id", sa.Integer(), nullable=True),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("codes_locked_at", INSTANT, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(leaves_alone_at IS NULL) = (leaves_alone_by_id IS NULL)",
            name=op.f("ck_child_file_leaves_alone"),
        ),
        sa.CheckConstraint("wrong_codes >= 0", name=op.f("ck_child_file_wrong_codes")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_child_file_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["leaves_alone_by_id"], ["person.id"], name=op.f("fk_child_file_leaves_alone_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_child_file_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_child_file")),
    )
    op.create_table(
        "clearance",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("checked_on < expires_on", name=op.f("ck_clearance_order")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_clearance_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_clearance_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_clearance")),
    )
    op.create_table(
        "collection_permit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("valid_on", sa.Date(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(slot IS NULL) <> (valid_on IS NULL)",
            name=op.f("ck_collection_permit_always_or_one_day"),
        ),
        sa.CheckConstraint(
            "birth_year BETWEEN 1900 AND 2200", name=op.f("ck_collection_permit_birth_year")
        ),
        sa.CheckConstraint("slot BETWEEN 1 AND 3", name=op.f("ck_collection_permit_slot")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["person.id"], name=op.f("fk_collection_permit_child_id")
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["person.id"], name=op.f("fk_collection_permit_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["person.id"], name=op.f("fk_collection_permit_revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_permit")),
    )
    op.create_index(op.f("ix_collection_permit_child_id"), "collection_permit", ["child_id"])
    op.create_index(
        "uq_collection_permit_code",
        "collection_permit",
        ["child_id", "code_hash"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL AND slot IS NOT NULL"),
        postgresql_where=sa.text("revoked_at IS NULL AND slot IS NOT NULL"),
    )
    op.create_index(
        "uq_collection_permit_slot",
        "collection_permit",
        ["child_id", "slot"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL AND slot IS NOT NULL"),
        postgresql_where=sa.text("revoked_at IS NULL AND slot IS NOT NULL"),
    )
    op.create_table(
        "emergency_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["person.id"], name=op.f("fk_emergency_contact_child_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_contact")),
    )
    op.create_index(op.f("ix_emergency_contact_child_id"), "emergency_contact", ["child_id"])
    op.create_table(
        "health_note",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("allergies", sa.String(length=500), nullable=False),
        sa.Column("health", sa.String(length=500), nullable=False),
        sa.Column("diet", sa.String(length=500), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_health_note_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_health_note_written_by_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_health_note")),
    )
    op.create_table(
        "care_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["booked_by_id"], ["person.id"], name=op.f("fk_care_booking_booked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["charge_id"], ["charge.id"], name=op.f("fk_care_booking_charge_id")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["person.id"], name=op.f("fk_care_booking_child_id")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_care_booking_program_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_booking")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_care_booking_charge_id")),
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
        sa.Column("health_text_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("change_days >= 0", name=op.f("ck_care_program_change_days")),
        sa.CheckConstraint("meal_fen >= 0 AND nap_fen >= 0", name=op.f("ck_care_program_prices")),
        sa.CheckConstraint(
            "min_grade BETWEEN 1 AND max_grade AND max_grade <= 6",
            name=op.f("ck_care_program_grades"),
        ),
        sa.ForeignKeyConstraint(
            ["health_text_id"], ["consent_text.id"], name=op.f("fk_care_program_health_text_id")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_care_program_program_id")
        ),
        sa.PrimaryKeyConstraint("program_id", name=op.f("pk_care_program")),
    )
    op.create_table(
        "carer_presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("full_name", sa.String(length=60), nullable=False),
        sa.Column("came_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("came_at <= left_at", name=op.f("ck_carer_presence_order")),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["person.id"], name=op.f("fk_carer_presence_noted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_carer_presence_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name=op.f("fk_carer_presence_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carer_presence")),
    )
    op.create_index(op.f("ix_carer_presence_person_id"), "carer_presence", ["person_id"])
    op.create_index(op.f("ix_carer_presence_session_id"), "carer_presence", ["session_id"])
    op.create_index(
        "uq_carer_presence_open",
        "carer_presence",
        ["session_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL AND person_id IS NOT NULL"),
        postgresql_where=sa.text("left_at IS NULL AND person_id IS NOT NULL"),
    )
    op.create_table(
        "collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=True),
        sa.Column("collector", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("refusal", sa.String(length=24), nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_collection_by_id")),
        sa.ForeignKeyConstraint(["child_id"], ["person.id"], name=op.f("fk_collection_child_id")),
        sa.ForeignKeyConstraint(
            ["permit_id"], ["collection_permit.id"], name=op.f("fk_collection_permit_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name=op.f("fk_collection_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_collection_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
    )
    op.create_index(op.f("ix_collection_at"), "collection", ["at"])
    op.create_index(op.f("ix_collection_child_id_at"), "collection", ["child_id", "at"])
    op.create_index(op.f("ix_collection_session_id"), "collection", ["session_id"])
    op.create_index(
        "uq_collection_released",
        "collection",
        ["session_id", "child_id"],
        unique=True,
        sqlite_where=sa.text("refusal IS NULL AND undone_at IS NULL"),
        postgresql_where=sa.text("refusal IS NULL AND undone_at IS NULL"),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=True),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("guardians_told_at", INSTANT, nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("followed_up_at", INSTANT, nullable=True),
        sa.Column("followed_up_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(followed_up_at IS NULL) = (follow_up = '')", name=op.f("ck_incident_follow_up")
        ),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name=op.f("fk_incident_center_id")),
        sa.ForeignKeyConstraint(["child_id"], ["person.id"], name=op.f("fk_incident_child_id")),
        sa.ForeignKeyConstraint(
            ["followed_up_by_id"], ["person.id"], name=op.f("fk_incident_followed_up_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name=op.f("fk_incident_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_incident_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(
        op.f("ix_incident_center_id_happened_at"), "incident", ["center_id", "happened_at"]
    )
    op.create_index(op.f("ix_incident_child_id"), "incident", ["child_id"])
    op.create_index(op.f("ix_incident_session_id"), "incident", ["session_id"])
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
        sa.Column("allergy_seen_at", INSTANT, nullable=True),
        sa.Column("allergy_seen_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(absent_at IS NULL) = (absence = '')", name=op.f("ck_care_day_absent")),
        sa.CheckConstraint(
            "price_fen >= 0 AND meal_fen >= 0 AND nap_fen >= 0", name=op.f("ck_care_day_prices")
        ),
        sa.ForeignKeyConstraint(
            ["absent_by_id"], ["person.id"], name=op.f("fk_care_day_absent_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["allergy_seen_by_id"], ["person.id"], name=op.f("fk_care_day_allergy_seen_by_id")
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
