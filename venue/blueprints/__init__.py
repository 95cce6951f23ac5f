"""The faces of Venue, one package or module each. Views translate; they decide nothing."""

from __future__ import annotations

from flask import Blueprint

from venue.blueprints import (
    accounts,
    calendars,
    care,
    certificates,
    check_in,
    children,
    consents,
    courses,
    desk,
    door,
    draws,
    family,
    invitations,
    lunch,
    my,
    office,
    opinions,
    preferences,
    reservations,
    rooms,
    teaching,
    today,
    wall,
    year,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    today.blueprint,
    wall.blueprint,
    year.blueprint,
    rooms.blueprint,
    reservations.blueprint,
    courses.blueprint,
    care.blueprint,
    lunch.blueprint,
    door.blueprint,
    draws.blueprint,
    my.blueprint,
    family.blueprint,
    children.blueprint,
    consents.blueprint,
    calendars.blueprint,
    accounts.blueprint,
    invitations.blueprint,
    check_in.blueprint,
    certificates.blueprint,
    desk.blueprint,
    teaching.blueprint,
    office.blueprint,
    opinions.blueprint,
    preferences.blueprint,
)
