"""The addresses of calendars, as routes and as what people copy into their calendar program."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from venue.blueprints.destinations import public_address

blueprint = Blueprint("calendars", __name__, url_prefix="/calendars")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed as a page offers it; `address` is absolute, to be copied."""

    name: str
    note: str
    address: str

    @property
    def webcal(self) -> str:
        """The address that opens a calendar program instead of a browser."""
        return "webcal:" + self.address.partition(":")[2]


def subscription(name: str, note: str, endpoint: str, **values: object) -> Subscription:
    """Return the feed at `endpoint` as it can be reached from outside."""
    return Subscription(name, note, public_address(endpoint, **values))
