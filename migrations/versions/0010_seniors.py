"""Activities of seniors: seats at the door, bookings by pair, who is asked after, talks."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

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


def downgrade() -> None:
    """Refuse: what was written down since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
