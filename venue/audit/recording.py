"""Writing audit entries: every action declares the facts it keeps, and nothing else gets in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from venue.audit.models import AuditEntry
from venue.audit.rules import Actor
from venue.db import execute_core, table

ACTIONS: dict[str, frozenset[str]] = {
    # people and accounts
    "person.created": frozenset(),
    "person.changed": frozenset({"fields"}),
    "person.welcomed": frozenset({"center_id"}),
    "person.called": frozenset({"center_id", "result", "messages"}),
    "person.merged": frozenset({"kept_id", "rows", "given_up", "fields"}),
    "account.registered": frozenset(),
    "account.attached": frozenset({"code_id"}),
    "account.phone_changed": frozenset(),
    "account.password_changed": frozenset({"how"}),
    "account.locked_out": frozenset({"until"}),
    "desk_code.issued": frozenset({"person_id"}),
    "staff.invited": frozenset({"role", "center_id"}),
    "staff.invitation_revoked": frozenset(),
    "staff.joined": frozenset({"role", "center_id"}),
    "staff.removed": frozenset({"role", "center_id"}),
    "delegation.requested": frozenset(),
    "delegation.refused": frozenset(),
    "delegation.confirmed": frozenset({"delegate_id", "principal_id"}),
    "delegation.ended": frozenset({"delegate_id", "principal_id"}),
    # consents
    "consent_text.written": frozenset({"version", "follows_id"}),
    "consent.given": frozenset({"text_id", "person_id"}),
    "consent.withdrawn": frozenset({"text_id", "person_id"}),
    # payments
    "charge.made": frozenset({"person_id", "amount_fen"}),
    "charge.reduced": frozenset({"from", "to"}),
    "receipt.entered": frozenset({"charge_id", "amount_fen"}),
    "receipt.reversed": frozenset({"charge_id", "amount_fen", "reverses_id"}),
    # places and duty
    "district.created": frozenset(),
    "center.changed": frozenset({"fields"}),
    "room.changed": frozenset({"fields"}),
    "room.shared": frozenset({"center_ids"}),
    "room.pictured": frozenset({"what"}),
    "opening.changed": frozenset({"center_id", "what"}),
    "closure.created": frozenset({"center_id", "room_id"}),
    "closure.ended": frozenset(),
    "year.announced": frozenset({"source", "days"}),
    "school.changed": frozenset({"what"}),
    "closure.left": frozenset({"closure_id", "reason"}),
    "booking.held": frozenset({"room_id", "override"}),
    "booking.released": frozenset({"room_id"}),
    "booking.moved": frozenset({"from", "to", "room_id", "override"}),
    "duty.changed": frozenset({"center_id"}),
    # reservations and partner organizations
    "reservation.requested": frozenset({"room_id", "person_id", "organization_id", "pending"}),
    "reservation.approved": frozenset({"person_id"}),
    "reservation.arrived": frozenset({"person_id"}),
    "reservation.ended": frozenset({"person_id", "ending"}),
    "reservation.moved": frozenset({"from", "to", "room_id", "override"}),
    "organization.changed": frozenset({"center_id", "fields"}),
    "organization.ended": frozenset({"center_id"}),
    "organization.joined": frozenset({"person_id"}),
    "organization.left": frozenset({"person_id"}),
    # programs
    "term.changed": frozenset({"fields"}),
    "program.changed": frozenset({"fields"}),
    "program.partnered": frozenset({"center_ids"}),
    "program.published": frozenset(),
    "program.retracted": frozenset(),
    "program.cancelled": frozenset({"people"}),
    "program.copied": frozenset({"from_id"}),
    "program.announced": frozenset({"audience", "people"}),
    "program.exported": frozenset({"people"}),
    "payments.exported": frozenset({"people"}),
    "receipts.exported": frozenset({"since", "receipts"}),
    "series.scheduled": frozenset({"dates", "override"}),
    "session.changed": frozenset({"fields"}),
    "series.changed": frozenset({"from_on", "changed", "added", "cancelled", "override"}),
    "series.extended": frozenset({"dates", "override"}),
    "series.cancelled": frozenset({"from_on", "cancelled"}),
    "session.moved": frozenset({"from", "to", "override"}),
    "session.cancelled": frozenset({"people"}),
    # seats
    "enrollment.confirmed": frozenset({"pool_id", "person_id"}),
    "enrollment.applied": frozenset({"pool_id", "person_id"}),
    "enrollment.approved": frozenset({"pool_id", "person_id"}),
    "enrollment.refused": frozenset({"pool_id", "person_id"}),
    "enrollment.waitlisted": frozenset({"pool_id", "person_id"}),
    "enrollment.offered": frozenset({"pool_id", "person_id"}),
    "enrollment.accepted": frozenset({"pool_id", "person_id"}),
    "enrollment.declined": frozenset({"pool_id", "person_id"}),
    "enrollment.expired": frozenset({"pool_id", "person_id"}),
    "enrollment.ended": frozenset({"pool_id", "person_id"}),
    "enrollment.withdrawn": frozenset({"pool_id", "person_id", "status"}),
    "enrollment.cancelled": frozenset({"pool_id", "person_id"}),
    "pool.resized": frozenset({"from", "to"}),
    "pool.kept": frozenset({"from", "to"}),
    "pool.kept_released": frozenset({"seats"}),
    "quota.opened": frozenset({"program_id", "quota", "capacity"}),
    "day_quota.set": frozenset({"quota", "capacity"}),
    "quota.closed": frozenset({"program_id", "quota"}),
    # childcare
    "care.planned": frozenset({"fields"}),
    "care.booked": frozenset({"child_id", "days"}),
    "care.given_back": frozenset({"person_id"}),
    "care.extras_changed": frozenset({"person_id", "meal", "nap"}),
    "care.absent": frozenset({"person_id"}),
    "care.comes_again": frozenset({"person_id"}),
    "care.health_text_set": frozenset({"text_id"}),
    # the file of a child: the subject is the child
    "child_file.changed": frozenset({"what"}),
    "child_file.viewed": frozenset({"center_id", "session_id", "what"}),
    "health_note.written": frozenset(),
    "health_note.deleted": frozenset({"why"}),
    "permit.given": frozenset({"permit_id", "valid_on"}),
    "permit.revoked": frozenset({"permit_id"}),
    "codes.locked": frozenset({"session_id"}),
    "codes.unlocked": frozenset(),
    "child.released": frozenset({"session_id", "way", "permit_id", "guardian_id"}),
    "child.kept": frozenset({"session_id", "way", "refusal", "permit_id"}),
    "child.release_undone": frozenset({"session_id"}),
    # the staff of a care day: the subject is the session
    "incident.reported": frozenset({"session_id", "child_id"}),
    "incident.followed_up": frozenset({"closes"}),
    "care_month.exported": frozenset({"since", "children"}),
    "care_access.exported": frozenset({"year", "looks"}),
    "collection_log.deleted": frozenset({"rows", "before"}),
    "carer.came": frozenset({"person_id"}),
    "carer.left": frozenset({"person_id"}),
    "clearance.entered": frozenset({"expires_on"}),
    "care.roll_opened": frozenset({"children"}),
    # lunch
    "menu.written": frozenset({"center_id", "dishes", "sittings"}),
    "dish.substituted": frozenset({"menu_day_id", "people"}),
    "lunch.called_off": frozenset({"people"}),
    "lunch.priced": frozenset({"from_60", "from_75", "from_90", "other"}),
    "lunch.exported": frozenset({"since", "meals"}),
    "meal.ordered": frozenset({"person_id", "menu_day_id", "price_fen"}),
    "meal.cancelled": frozenset({"person_id", "menu_day_id"}),
    # draws
    "draw.changed": frozenset({"fields"}),
    "draw.program_added": frozenset({"program_id"}),
    "draw.program_removed": frozenset({"program_id"}),
    "draw.published": frozenset({"programs"}),
    "draw.cancelled": frozenset({"people"}),
    "draw.applied": frozenset({"application_id", "person_ids", "program_ids"}),
    "draw.withdrawn": frozenset({"application_id", "person_ids"}),
    "draw.frozen": frozenset({"applications", "digest"}),
    "draw.number_entered": frozenset({"number"}),
    "draw.drawn": frozenset({"applications", "offered", "seed"}),
    "pause.started": frozenset({"person_id", "center_id"}),
    "pause.taken_back": frozenset({"person_id", "center_id"}),
    "pause.appealed": frozenset({"person_id", "center_id"}),
    "pause.kept": frozenset({"person_id", "center_id"}),
    "pause.waived": frozenset({"person_id", "center_id"}),
    # attendance: the subject is the session
    "attendance.arrived": frozenset({"person_id", "way", "makes_up_id"}),
    "attendance.undone": frozenset({"person_id"}),
    "roll.counted": frozenset({"walk_ins"}),
    "roll.closed": frozenset({"missed", "paused"}),
    "roll.reopened": frozenset({"missed", "taken_back"}),
    "opinion.given": frozenset(),
    # calendars
    "feed_token.issued": frozenset({"child_id"}),
    "feed_token.revoked": frozenset(),
}
"""Every action with the names of its facts: ids, figures and states, never a name or a number."""


_ENTRY = insert(table(AuditEntry)).inline()


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: tuple[str, int],
    *,
    at: datetime,
    facts: dict[str, Any] | None = None,
) -> None:
    """Add one entry in the transaction of the act itself.

    Raises KeyError for an undeclared action, ValueError for other facts than the declared ones.
    """
    record_all(session, actor, action, [(subject, facts or {})], at=at)


def record_all(
    session: Session,
    actor: Actor,
    action: str,
    subjects: list[tuple[tuple[str, int], dict[str, Any]]],
    *,
    at: datetime,
) -> None:
    """Add one entry for each subject in one statement; raises as `record` does."""
    declared = ACTIONS[action]
    for _, facts in subjects:
        if facts.keys() != declared:
            raise ValueError(f"{action} keeps {sorted(declared)}, not {sorted(facts)}")
    if subjects:
        execute_core(
            session,
            _ENTRY,
            [
                {
                    "at": at,
                    "actor_id": actor.person_id,
                    "channel": actor.channel,
                    "action": action,
                    "subject": subject,
                    "subject_id": subject_id,
                    "facts": facts,
                }
                for (subject, subject_id), facts in subjects
            ],
        )
