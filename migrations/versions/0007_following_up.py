"""What follows a day of care: incidents, the alert of who is late, and a feed for one child."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Create the tables of incidents, and the columns that older tables lack."""
    op.execute(
        "ALTER TABLE feed_token ADD COLUMN child_id INTEGER"
        " CONSTRAINT fk_feed_token_child_id REFERENCES person (id)"
    )
    op.create_index(op.f("ix_feed_token_child_id"), "feed_token", ["child_id"])
    op.add_column("care_day", sa.Column("late_told_at", INSTANT))
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
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name=op.f("fk_incident_center_id")),
        sa.ForeignKeyConstraint(["child_id"], ["person.id"], name=op.f("fk_incident_child_id")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_incident_closed_by_id")
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
        "incident_follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_incident_follow_up_by_id")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_follow_up_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_follow_up")),
    )
    op.create_index(
        op.f("ix_incident_follow_up_incident_id"), "incident_follow_up", ["incident_id"]
    )


def downgrade() -> None:
    """Refuse: what was written down since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
