"""Activities of seniors: seats at the door, bookings by pair, who is asked after, talks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

COLUMNS = (
    (
        "program",
        "by_pair BOOLEAN DEFAULT false NOT NULL",
        (
            "CONSTRAINT ck_program_by_pair CHECK (NOT by_pair OR group_limit = 2"
            " AND books <> 'days' AND admission NOT IN ('lottery', 'drop_in'))"
        ),
    ),
    (
        "program",
        "walk_in_seats INTEGER",
        "CONSTRAINT ck_program_walk_in_seats CHECK (walk_in_seats > 0)",
    ),
    ("program", "asks_after BOOLEAN DEFAULT false NOT NULL", ""),
    ("program", "asks_opinions BOOLEAN DEFAULT false NOT NULL", ""),
    (
        "scheduled_session",
        "recording_url VARCHAR(300)",
        ("CONSTRAINT ck_scheduled_session_recording_url CHECK (recording_url LIKE 'https://%')"),
    ),
    (
        "roll",
        "walk_in_seats INTEGER",
        "CONSTRAINT ck_roll_walk_in_seats CHECK (walk_ins <= walk_in_seats)",
    ),
)
"""Table, column and constraint, in words that both databases read; see migration 0002."""


def upgrade() -> None:
    """Add what older tables do not say."""
    for table, column, constraint in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {constraint}")
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("face", sa.String(24), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opinion_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name=op.f("fk_opinion_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    op.create_index("uq_opinion_person", "opinion", ["session_id", "person_id"], unique=True)
    op.create_index(op.f("ix_opinion_person_id"), "opinion", ["person_id"])


def downgrade() -> None:
    """Refuse: what was written down since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
