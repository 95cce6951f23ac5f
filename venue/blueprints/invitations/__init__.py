"""Staff of a center: inviting, accepting, taking back, removing a role."""

from __future__ import annotations

from venue.blueprints.invitations import accepting, team
from venue.blueprints.invitations.roles import blueprint

__all__ = ["accepting", "blueprint", "team"]
