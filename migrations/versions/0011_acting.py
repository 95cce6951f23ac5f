"""Two records of one person become one; who acts for somebody does so until a day."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what leads from a merged record to the kept one, and the last day of a delegation."""
    op.execute(
        "ALTER TABLE person ADD COLUMN merged_into_id INTEGER"
        " CONSTRAINT fk_person_merged_into_id REFERENCES person (id)"
    )
    instant = (
        "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    )
    op.execute(
        f"ALTER TABLE person ADD COLUMN merged_at {instant} CONSTRAINT ck_person_merged"
        " CHECK ((merged_into_id IS NULL) = (merged_at IS NULL))"
    )
    op.execute(
        "ALTER TABLE delegation ADD COLUMN until_on DATE CONSTRAINT ck_delegation_guardian"
        " CHECK (until_on IS NULL OR basis <> 'guardian')"
    )
    op.create_index(op.f("ix_person_merged_into_id"), "person", ["merged_into_id"])


def downgrade() -> None:
    """Refuse: what was written down since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
