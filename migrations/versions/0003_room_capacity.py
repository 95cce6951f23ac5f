"""The smallest rooms of a district that hold so many people, without sorting all of them."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a search that found nothing read the neighbors' rooms in order of size."""
    op.create_index("ix_room_capacity_id", "room", ["capacity", "id"])


def downgrade() -> None:
    """Take the index away."""
    op.drop_index("ix_room_capacity_id", "room")
