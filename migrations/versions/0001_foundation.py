"""The foundation: people, accounts, places, programs, seats, messages, calendars, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
EPOCH_SECONDS = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

OVERLAP_POSTGRESQL = """
ALTER TABLE room_booking ADD CONSTRAINT ex_room_booking_overlap
EXCLUDE USING gist (
    int4range(room_id, room_id, '[]') WITH &&,
    int8range(starts_at, ends_at) WITH &&
) WHERE (status IN ('held', 'pending')) DEFERRABLE INITIALLY IMMEDIATE
"""

OVERLAP_SQLITE = """
CREATE TRIGGER room_booking_overlap_on_{event}
BEFORE {event} ON room_booking
WHEN NEW.status IN ('held', 'pending') AND EXISTS (
    SELECT 1 FROM room_booking AS other
    WHERE other.room_id = NEW.room_id
      AND other.status IN ('held', 'pending')
      AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at
      AND other.id IS NOT NEW.id
)
BEGIN
    SELECT RAISE(ABORT, 'ex_room_booking_overlap');
END
"""

APPEND_ONLY_SQLITE = """
CREATE TRIGGER audit_entry_append_only_on_{event}
BEFORE {event} ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'audit_entry_append_only');
END
"""

APPEND_ONLY_POSTGRESQL = (
    """
CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit_entry_append_only'; END $$
""",
    """
CREATE TRIGGER audit_entry_append_only_on_change
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()
""",
)


def upgrade() -> None:
    """Create every table, and the constraints that keep the promises of the house."""
    op.create_table(
        "calendar_day",
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("day_on", name="pk_calendar_day"),
    )
    op.create_table(
        "district",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_district"),
        sa.UniqueConstraint("name", name="uq_district_name"),
    )
    op.create_table(
        "equipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_equipment"),
        sa.UniqueConstraint("name", name="uq_equipment_name"),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempt"),
    )
    op.create_index("ix_login_attempt_subject_at", "login_attempt", ["subject", "at"])
    op.create_table(
        "neighborhood",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_neighborhood"),
        sa.UniqueConstraint("name", name="uq_neighborhood_name"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("key", "actor", name="uq_submission_key_actor"),
    )
    op.create_index("ix_submission_at", "submission", ["at"])
    op.create_table(
        "center",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name="fk_center_district_id"),
        sa.PrimaryKeyConstraint("id", name="pk_center"),
        sa.UniqueConstraint("slug", name="uq_center_slug"),
    )
    op.create_index("ix_center_district_id", "center", ["district_id"])
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=60), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("neighborhood_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2200", name=op.f("ck_person_birth_year")),
        sa.ForeignKeyConstraint(
            ["neighborhood_id"], ["neighborhood.id"], name="fk_person_neighborhood_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_index("ix_person_full_name", "person", ["full_name"])
    op.create_index("ix_person_neighborhood_id", "person", ["neighborhood_id"])
    op.create_index("ix_person_phone", "person", ["phone"])
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_term_order")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name="fk_term_district_id"),
        sa.PrimaryKeyConstraint("id", name="pk_term"),
    )
    op.create_index("ix_term_district_id", "term", ["district_id"])
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name="fk_audit_entry_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id"])
    op.create_index("ix_audit_entry_subject_subject_id", "audit_entry", ["subject", "subject_id"])
    op.create_table(
        "center_neighborhood",
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("neighborhood_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["center_id"], ["center.id"], name="fk_center_neighborhood_center_id"
        ),
        sa.ForeignKeyConstraint(
            ["neighborhood_id"], ["neighborhood.id"], name="fk_center_neighborhood_neighborhood_id"
        ),
        sa.PrimaryKeyConstraint("center_id", "neighborhood_id", name="pk_center_neighborhood"),
    )
    op.create_index(
        "ix_center_neighborhood_neighborhood_id", "center_neighborhood", ["neighborhood_id"]
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("delegate_id <> principal_id", name=op.f("ck_delegation_two_people")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name="fk_delegation_confirmed_by_id"
        ),
        sa.ForeignKeyConstraint(["delegate_id"], ["person.id"], name="fk_delegation_delegate_id"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name="fk_delegation_ended_by_id"),
        sa.ForeignKeyConstraint(["principal_id"], ["person.id"], name="fk_delegation_principal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delegation"),
    )
    op.create_index("ix_delegation_principal_id", "delegation", ["principal_id"])
    op.create_index(
        "uq_delegation_active",
        "delegation",
        ["delegate_id", "principal_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "desk_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name="fk_desk_code_issued_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_desk_code_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_code"),
        sa.UniqueConstraint("code_hash", name="uq_desk_code_code_hash"),
    )
    op.create_index("ix_desk_code_person_id", "desk_code", ["person_id"])
    op.create_table(
        "feed_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_feed_token_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feed_token"),
        sa.UniqueConstraint("token_hash", name="uq_feed_token_token_hash"),
    )
    op.create_index("ix_feed_token_person_id", "feed_token", ["person_id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["person.id"], name="fk_invitation_accepted_by_id"
        ),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_invitation_center_id"),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name="fk_invitation_district_id"),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name="fk_invitation_invited_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
    )
    op.create_index("ix_invitation_center_id", "invitation", ["center_id"])
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_message_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("ix_message_person_newest", "message", ["person_id", "id"])
    op.create_index(
        "ix_message_unread",
        "message",
        ["person_id"],
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "patron",
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_patron_center_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_patron_person_id"),
        sa.PrimaryKeyConstraint("center_id", "person_id", name="pk_patron"),
    )
    op.create_index("ix_patron_person_id", "patron", ["person_id"])
    op.create_table(
        "program",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("syllabus", sa.Text(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=True),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("residents_only", sa.Boolean(), nullable=False),
        sa.Column("admission", sa.String(length=24), nullable=False),
        sa.Column("books", sa.String(length=24), nullable=False),
        sa.Column("limit_group", sa.String(length=40), nullable=True),
        sa.Column("enroll_opens_at", INSTANT, nullable=True),
        sa.Column("enroll_closes_at", INSTANT, nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("enroll_opens_at < enroll_closes_at", name=op.f("ck_program_window")),
        sa.CheckConstraint(
            "limit_group IS NULL OR term_id IS NOT NULL", name=op.f("ck_program_limit_has_term")
        ),
        sa.CheckConstraint("min_age <= max_age", name=op.f("ck_program_ages")),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_program_price")),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_program_center_id"),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name="fk_program_teacher_id"),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name="fk_program_term_id"),
        sa.PrimaryKeyConstraint("id", name="pk_program"),
    )
    op.create_index("ix_program_center_id_published_at", "program", ["center_id", "published_at"])
    op.create_index("ix_program_teacher_id", "program", ["teacher_id"])
    op.create_index("ix_program_term_id", "program", ["term_id"])
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("area_m2", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("booking_mode", sa.String(length=24), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_room_capacity")),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_room_center_id"),
        sa.PrimaryKeyConstraint("id", name="pk_room"),
    )
    op.create_index("uq_room_center_name", "room", ["center_id", "name"], unique=True)
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_shift_order")),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_shift_center_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shift"),
    )
    op.create_index("ix_shift_center_id_starts_at", "shift", ["center_id", "starts_at"])
    op.create_table(
        "staff_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(role = 'administrator' AND center_id IS NULL AND district_id IS NULL) OR (role = 'district_officer' AND center_id IS NULL AND district_id IS NOT NULL) OR (role NOT IN ('administrator', 'district_officer') AND center_id IS NOT NULL AND district_id IS NULL)",
            name=op.f("ck_staff_role_scope"),
        ),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_staff_role_center_id"),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name="fk_staff_role_district_id"),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name="fk_staff_role_granted_by_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_staff_role_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_role"),
    )
    op.create_index("ix_staff_role_center_id", "staff_role", ["center_id"])
    op.create_index(
        "uq_staff_role_center",
        "staff_role",
        ["person_id", "role", "center_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND center_id IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND center_id IS NOT NULL"),
    )
    op.create_index(
        "uq_staff_role_wide",
        "staff_role",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND center_id IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND center_id IS NULL"),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_user_account_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("person_id", name="uq_user_account_person_id"),
        sa.UniqueConstraint("phone", name="uq_user_account_phone"),
    )
    op.create_table(
        "assignment",
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_assignment_person_id"),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name="fk_assignment_shift_id"),
        sa.PrimaryKeyConstraint("shift_id", "person_id", name="pk_assignment"),
    )
    op.create_index("ix_assignment_person_id", "assignment", ["person_id"])
    op.create_table(
        "calendar_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revised_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("program_id", sa.Integer(), nullable=True),
        sa.Column("vevent", sa.Text(), nullable=False),
        sa.Column("public_vevent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_calendar_entry_center_id"),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name="fk_calendar_entry_program_id"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_calendar_entry_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_entry"),
        sa.UniqueConstraint("key", name="uq_calendar_entry_key"),
    )
    op.create_index("ix_calendar_entry_center", "calendar_entry", ["center_id", "ends_at"])
    op.create_index("ix_calendar_entry_program", "calendar_entry", ["program_id", "ends_at"])
    op.create_index("ix_calendar_entry_room", "calendar_entry", ["room_id", "ends_at"])
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_closure_order")),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_closure_center_id"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_closure_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_closure"),
    )
    op.create_index("ix_closure_center_id_ends_at", "closure", ["center_id", "ends_at"])
    op.create_table(
        "delegation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["person.id"], name="fk_delegation_request_delegate_id"
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name="fk_delegation_request_delegation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delegation_request"),
    )
    op.create_index("ix_delegation_request_delegate_id", "delegation_request", ["delegate_id"])
    op.create_index("ix_delegation_request_phone", "delegation_request", ["phone"])
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_login_session_user_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_login_session"),
    )
    op.create_index("ix_login_session_user_id", "login_session", ["user_id"])
    op.create_table(
        "opening_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("layer", sa.String(length=24), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("opens_time", sa.Time(), nullable=False),
        sa.Column("closes_time", sa.Time(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=True),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name="fk_opening_rule_center_id"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_opening_rule_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_opening_rule"),
    )
    op.create_index("ix_opening_rule_center_id", "opening_rule", ["center_id"])
    op.create_table(
        "room_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("starts_at", EPOCH_SECONDS, nullable=False),
        sa.Column("ends_at", EPOCH_SECONDS, nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('held', 'pending', 'released')", name=op.f("ck_room_booking_status")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_room_booking_order")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_room_booking_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_room_booking"),
        sqlite_strict=True,
    )
    op.create_index("ix_room_booking_room_id_starts_at", "room_booking", ["room_id", "starts_at"])
    op.create_table(
        "room_equipment",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("equipment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["equipment_id"], ["equipment.id"], name="fk_room_equipment_equipment_id"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_room_equipment_room_id"),
        sa.PrimaryKeyConstraint("room_id", "equipment_id", name="pk_room_equipment"),
    )
    op.create_index("ix_room_equipment_equipment_id", "room_equipment", ["equipment_id"])
    op.create_table(
        "scheduled_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("moved_from_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("cancel_reason", sa.String(length=100), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_scheduled_session_order")),
        sa.ForeignKeyConstraint(
            ["center_id"], ["center.id"], name="fk_scheduled_session_center_id"
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name="fk_scheduled_session_program_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_scheduled_session"),
    )
    op.create_index(
        "ix_scheduled_session_center_id_starts_at", "scheduled_session", ["center_id", "starts_at"]
    )
    op.create_index(
        "ix_scheduled_session_program_id_starts_at",
        "scheduled_session",
        ["program_id", "starts_at"],
    )
    op.create_table(
        "seat_pool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(program_id IS NULL) <> (session_id IS NULL)",
            name=op.f("ck_seat_pool_program_or_session"),
        ),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_seat_pool_taken")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_seat_pool_program_id"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name="fk_seat_pool_session_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_seat_pool"),
        sa.UniqueConstraint("program_id", name="uq_seat_pool_program_id"),
        sa.UniqueConstraint("session_id", name="uq_seat_pool_session_id"),
    )
    op.create_table(
        "session_room",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["room_booking.id"], name="fk_session_room_booking_id"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name="fk_session_room_session_id"
        ),
        sa.PrimaryKeyConstraint("session_id", "booking_id", name="pk_session_room"),
        sa.UniqueConstraint("booking_id", name="uq_session_room_booking_id"),
    )
    op.create_table(
        "enrollment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("term_id", sa.Integer(), nullable=True),
        sa.Column("limit_group", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_enrollment_person_id"),
        sa.ForeignKeyConstraint(["pool_id"], ["seat_pool.id"], name="fk_enrollment_pool_id"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_enrollment_program_id"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name="fk_enrollment_session_id"
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name="fk_enrollment_term_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrollment"),
    )
    op.create_index("ix_enrollment_person_id_status", "enrollment", ["person_id", "status"])
    op.create_index("ix_enrollment_pool_id_status_id", "enrollment", ["pool_id", "status", "id"])
    op.create_index("ix_enrollment_program_id_status", "enrollment", ["program_id", "status"])
    op.create_index(
        "uq_enrollment_one_a_term",
        "enrollment",
        ["person_id", "term_id", "limit_group"],
        unique=True,
        sqlite_where=sa.text("limit_group IS NOT NULL AND status = 'confirmed'"),
        postgresql_where=sa.text("limit_group IS NOT NULL AND status = 'confirmed'"),
    )
    op.create_index(
        "uq_enrollment_series",
        "enrollment",
        ["person_id", "program_id"],
        unique=True,
        sqlite_where=sa.text(
            "session_id IS NULL AND status IN ('waitlisted', 'offered', 'confirmed')"
        ),
        postgresql_where=sa.text(
            "session_id IS NULL AND status IN ('waitlisted', 'offered', 'confirmed')"
        ),
    )
    op.create_index(
        "uq_enrollment_session",
        "enrollment",
        ["person_id", "session_id"],
        unique=True,
        sqlite_where=sa.text(
            "session_id IS NOT NULL AND status IN ('waitlisted', 'offered', 'confirmed')"
        ),
        postgresql_where=sa.text(
            "session_id IS NOT NULL AND status IN ('waitlisted', 'offered', 'confirmed')"
        ),
    )
    op.create_table(
        "waitlist_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollment.id"], name="fk_waitlist_offer_enrollment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_waitlist_offer"),
    )
    op.create_index(
        "ix_waitlist_offer_expiry",
        "waitlist_offer",
        ["expires_at"],
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index(
        "uq_waitlist_offer_open",
        "waitlist_offer",
        ["enrollment_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )

    if op.get_bind().dialect.name == "postgresql":
        for statement in (OVERLAP_POSTGRESQL, *APPEND_ONLY_POSTGRESQL):
            op.execute(statement)
        return
    for event in ("insert", "update"):
        op.execute(OVERLAP_SQLITE.format(event=event))
    for event in ("update", "delete"):
        op.execute(APPEND_ONLY_SQLITE.format(event=event))


def downgrade() -> None:
    """Refuse: before the foundation there is nothing to go back to."""
    raise RuntimeError("The first migration cannot be undone; restore a backup instead.")
