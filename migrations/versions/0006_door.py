"""The door of care: a child's file, who collects it, who looks after it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

COLUMNS = (
    (
        "care_program",
        (
            "health_text_id INTEGER CONSTRAINT fk_care_program_health_text_id"
            " REFERENCES consent_text (id)"
        ),
    ),
    (
        "care_day",
        (
            "allergy_seen_by_id INTEGER CONSTRAINT fk_care_day_allergy_seen_by_id"
            " REFERENCES person (id)"
        ),
    ),
)
"""Columns of older tables with their constraints, in words that both databases read."""


def upgrade() -> None:
    """Create the tables of the door, and what older tables say of it."""
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.add_column("care_day", sa.Column("allergy_seen_at", INSTANT))
    op.create_index(
        "ix_audit_entry_files_viewed",
        "audit_entry",
        ["at"],
        sqlite_where=sa.text("action = 'child_file.viewed'"),
        postgresql_where=sa.text("action = 'child_file.viewed'"),
    )
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
        "collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=True),
        sa.Column("guardian_id", sa.Integer(), nullable=True),
        sa.Column("collector", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("refusal", sa.String(length=24), nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_collection_by_id")),
        sa.ForeignKeyConstraint(["child_id"], ["person.id"], name=op.f("fk_collection_child_id")),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["person.id"], name=op.f("fk_collection_guardian_id")
        ),
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


def downgrade() -> None:
    """Refuse: what was written down since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
