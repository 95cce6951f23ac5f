"""Admission: quotas, kept seats, groups, the lottery, the roll, pauses, consents and money."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

COLUMNS = (
    ("person", "in_need_until", "DATE", ""),
    (
        "program",
        "criteria",
        "VARCHAR(300) DEFAULT '' NOT NULL",
        "CONSTRAINT ck_program_criteria CHECK (admission <> 'approval' OR criteria <> '')",
    ),
    (
        "program",
        "group_limit",
        "INTEGER DEFAULT '1' NOT NULL",
        "CONSTRAINT ck_program_group_limit CHECK (group_limit BETWEEN 1 AND 10)",
    ),
    (
        "program",
        "consent_text_id",
        "INTEGER",
        "CONSTRAINT fk_program_consent_text_id REFERENCES consent_text (id)",
    ),
    (
        "enrollment",
        "group_id",
        "INTEGER",
        "CONSTRAINT fk_enrollment_group_id REFERENCES enrollment (id)",
    ),
    (
        "enrollment",
        "price_fen",
        "INTEGER DEFAULT '0' NOT NULL",
        "CONSTRAINT ck_enrollment_price CHECK (price_fen >= 0)",
    ),
    (
        "enrollment",
        "charge_id",
        "INTEGER",
        "CONSTRAINT fk_enrollment_charge_id REFERENCES charge (id)",
    ),
    ("enrollment", "statement", "VARCHAR(300) DEFAULT '' NOT NULL", ""),
    ("enrollment", "decision", "VARCHAR(200) DEFAULT '' NOT NULL", ""),
)
"""Table, column, type and constraint, in words that both databases read; see migration 0002."""

POOL_COLUMNS = (
    ("quota", "VARCHAR(24)"),
    ("kept", "INTEGER DEFAULT '0' NOT NULL"),
    ("kept_until", None),
    ("counter_taken", "INTEGER DEFAULT '0' NOT NULL"),
    ("kept_for_group", "INTEGER DEFAULT '0' NOT NULL"),
)
POOL_CHECKS = (
    ("kept", "kept >= 0 AND (kept = 0 OR kept_until IS NOT NULL)"),
    ("counter_taken", "counter_taken BETWEEN 0 AND taken"),
    ("kept_for_group", "kept_for_group >= 0 AND taken + kept_for_group <= capacity"),
)

ACTIVE = "status IN ('applied', 'waitlisted', 'offered', 'confirmed')"


def upgrade() -> None:
    """Create the tables of admission and widen pools, programs and enrollments."""
    op.create_table(
        "charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.Integer(), nullable=False),
        sa.Column("reduced_fen", sa.Integer(), nullable=False),
        sa.Column("reduced_because", sa.String(length=200), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_charge_amount")),
        sa.CheckConstraint("paid_fen BETWEEN 0 AND amount_fen", name=op.f("ck_charge_paid")),
        sa.CheckConstraint("reduced_fen BETWEEN 0 AND amount_fen", name=op.f("ck_charge_reduced")),
        sa.CheckConstraint(
            "(reduced_fen = 0) = (reduced_because = '')", name=op.f("ck_charge_reduced_because")
        ),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name=op.f("fk_charge_center_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_charge_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
    )
    op.create_index("ix_charge_center_id", "charge", ["center_id"])
    op.create_index("ix_charge_person_id", "charge", ["person_id"])
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(version = 1) = (follows_id IS NULL)", name=op.f("ck_consent_text_first")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_consent_text_version")),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["consent_text.id"], name=op.f("fk_consent_text_follows_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_consent_text_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint("follows_id", name=op.f("uq_consent_text_follows_id")),
    )
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("opens_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("number_source", sa.String(length=200), nullable=False),
        sa.Column("wishes", sa.Integer(), nullable=False),
        sa.Column("confirm_hours", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("frozen_at", INSTANT, nullable=True),
        sa.Column("list_digest", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name=op.f("ck_draw_drawn")),
        sa.CheckConstraint(
            "(frozen_at IS NULL) = (list_digest IS NULL)", name=op.f("ck_draw_frozen")
        ),
        sa.CheckConstraint("confirm_hours > 0", name=op.f("ck_draw_confirm_hours")),
        sa.CheckConstraint(
            "drawn_at IS NULL OR frozen_at IS NOT NULL", name=op.f("ck_draw_frozen_before")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_draw_window")),
        sa.CheckConstraint("wishes BETWEEN 1 AND 10", name=op.f("ck_draw_wishes")),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name=op.f("fk_draw_center_id")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_draw_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    op.create_index("ix_draw_center_id", "draw", ["center_id"])
    op.create_index("ix_draw_term_id", "draw", ["term_id"])
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("appealed_at", INSTANT, nullable=True),
        sa.Column("appeal", sa.String(length=300), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("waived_at", INSTANT, nullable=True),
        sa.Column("waived_by_id", sa.Integer(), nullable=True),
        sa.Column("waive_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(appealed_at IS NULL) = (appeal = '')", name=op.f("ck_pause_appealed")),
        sa.CheckConstraint(
            "(waived_at IS NULL) = (waive_reason = '')", name=op.f("ck_pause_waived")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_pause_order")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_pause_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name=op.f("fk_pause_center_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pause_person_id")),
        sa.ForeignKeyConstraint(
            ["waived_by_id"], ["person.id"], name=op.f("fk_pause_waived_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index("ix_pause_center_id_ends_at", "pause", ["center_id", "ends_at"])
    op.create_index("ix_pause_person_id_ends_at", "pause", ["person_id", "ends_at"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["person.id"], name=op.f("fk_consent_given_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.ForeignKeyConstraint(["text_id"], ["consent_text.id"], name=op.f("fk_consent_text_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["person.id"], name=op.f("fk_consent_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(
        "uq_consent_given",
        "consent",
        ["person_id", "text_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "draw_number",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_number_draw_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_draw_number_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("draw_id", "entered_by_id", name=op.f("pk_draw_number")),
    )
    op.create_table(
        "draw_record",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("list_text", sa.Text(), nullable=False),
        sa.Column("result_text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_record_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_record")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("charge_id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_receipt_amount")),
        sa.CheckConstraint(
            "reverses_id IS NULL OR note <> ''", name=op.f("ck_receipt_reversal_reason")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["receipt.id"], name=op.f("fk_receipt_reverses_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_receipt_by_id")),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name=op.f("fk_receipt_center_id")),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_receipt_charge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index("ix_receipt_center_id_at", "receipt", ["center_id", "at"])
    op.create_index("ix_receipt_charge_id", "receipt", ["charge_id"])
    op.create_index("uq_receipt_number", "receipt", ["center_id", "number", "entry"], unique=True)
    op.create_index("uq_receipt_reverses_id", "receipt", ["reverses_id"], unique=True)
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("won_program_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(place IS NULL) OR place > 0", name=op.f("ck_application_place")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_application_draw_id")),
        sa.ForeignKeyConstraint(
            ["won_program_id"], ["program.id"], name=op.f("fk_application_won_program_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_application_pseudonym")),
    )
    op.create_index(
        "ix_application_active",
        "application",
        ["draw_id", "pseudonym"],
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index("ix_application_draw_id_place", "application", ["draw_id", "place"])
    op.create_table(
        "draw_program",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_program_draw_id")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_draw_program_program_id")
        ),
        sa.PrimaryKeyConstraint("draw_id", "program_id", name=op.f("pk_draw_program")),
        sa.UniqueConstraint("program_id", name=op.f("uq_draw_program_program_id")),
    )
    op.create_table(
        "applicant",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_applicant_application_id")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_applicant_draw_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_applicant_person_id")),
        sa.PrimaryKeyConstraint("draw_id", "person_id", name=op.f("pk_applicant")),
    )
    op.create_index("ix_applicant_application_id", "applicant", ["application_id"])
    op.create_index("ix_applicant_person_id", "applicant", ["person_id"])
    op.create_table(
        "wish",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("rank > 0", name=op.f("ck_wish_rank")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_wish_application_id")
        ),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_wish_program_id")),
        sa.PrimaryKeyConstraint("application_id", "rank", name=op.f("pk_wish")),
        sa.UniqueConstraint(
            "application_id", "program_id", name=op.f("uq_wish_application_id_program_id")
        ),
    )
    op.create_index("ix_wish_program_id", "wish", ["program_id"])
    op.create_table(
        "roll",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("walk_ins", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("walk_ins >= 0", name=op.f("ck_roll_walk_ins")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_roll_closed_by_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name=op.f("fk_roll_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_roll")),
    )
    op.create_index("ix_roll_closed_at", "roll", ["closed_at"])
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=True),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("missed_at", INSTANT, nullable=True),
        sa.Column("makes_up_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("marked_at", INSTANT, nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(arrived_at IS NULL) <> (missed_at IS NULL)", name=op.f("ck_attendance_came_or_not")
        ),
        sa.CheckConstraint(
            "makes_up_id IS NULL OR arrived_at IS NOT NULL", name=op.f("ck_attendance_makes_up")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["enrollment.id"], name=op.f("fk_attendance_enrollment_id")
        ),
        sa.ForeignKeyConstraint(
            ["makes_up_id"], ["scheduled_session.id"], name=op.f("fk_attendance_makes_up_id")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["person.id"], name=op.f("fk_attendance_marked_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scheduled_session.id"], name=op.f("fk_attendance_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    op.create_index("ix_attendance_enrollment_id", "attendance", ["enrollment_id"])
    op.create_index("ix_attendance_makes_up_id", "attendance", ["makes_up_id"])
    op.create_index("ix_attendance_person_id_missed_at", "attendance", ["person_id", "missed_at"])
    op.create_index("uq_attendance_person", "attendance", ["session_id", "person_id"], unique=True)
    for table, column, kind, constraint in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} {constraint}")
    op.create_index("ix_enrollment_group_id", "enrollment", ["group_id"])
    op.create_index("uq_enrollment_charge_id", "enrollment", ["charge_id"], unique=True)
    _count_applications_as_claims()
    _give_programs_several_pools()


def _count_applications_as_claims() -> None:
    """Let nobody apply twice: an application is a claim like a place in line."""
    for name, held, columns in (
        ("uq_enrollment_series", "session_id IS NULL", ["person_id", "program_id"]),
        ("uq_enrollment_session", "session_id IS NOT NULL", ["person_id", "session_id"]),
    ):
        where = sa.text(f"{held} AND {ACTIVE}")
        op.drop_index(name, "enrollment")
        op.create_index(
            name, "enrollment", columns, unique=True, sqlite_where=where, postgresql_where=where
        )


def _give_programs_several_pools() -> None:
    """Let a program or a session have a general pool and pools of quotas.

    SQLite cannot drop the constraint that allowed one: the table, which has no triggers, is built
    anew. `env.py` switches foreign keys off for that, and they are checked here afterwards.
    """
    if op.get_bind().dialect.name == "sqlite":
        op.create_table(
            "seat_pool_new",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("program_id", sa.Integer(), nullable=True),
            sa.Column("session_id", sa.Integer(), nullable=True),
            sa.Column("quota", sa.String(length=24), nullable=True),
            sa.Column("capacity", sa.Integer(), nullable=False),
            sa.Column("taken", sa.Integer(), nullable=False),
            sa.Column("kept", sa.Integer(), server_default="0", nullable=False),
            sa.Column("kept_until", INSTANT, nullable=True),
            sa.Column("counter_taken", sa.Integer(), server_default="0", nullable=False),
            sa.Column("kept_for_group", sa.Integer(), server_default="0", nullable=False),
            sa.Column("closed_at", INSTANT, nullable=True),
            sa.CheckConstraint(
                "(program_id IS NULL) <> (session_id IS NULL)",
                name=op.f("ck_seat_pool_program_or_session"),
            ),
            sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_seat_pool_taken")),
            *(
                sa.CheckConstraint(check, name=op.f(f"ck_seat_pool_{name}"))
                for name, check in POOL_CHECKS
            ),
            sa.ForeignKeyConstraint(
                ["program_id"], ["program.id"], name=op.f("fk_seat_pool_program_id")
            ),
            sa.ForeignKeyConstraint(
                ["session_id"], ["scheduled_session.id"], name=op.f("fk_seat_pool_session_id")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_pool")),
        )
        kept = "id, program_id, session_id, capacity, taken, closed_at"
        op.execute(f"INSERT INTO seat_pool_new ({kept}) SELECT {kept} FROM seat_pool")  # noqa: S608
        op.execute("DROP TABLE seat_pool")
        op.execute("ALTER TABLE seat_pool_new RENAME TO seat_pool")
        if op.get_bind().exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise RuntimeError("The database has rows that point nowhere; restore a backup.")
    else:
        op.drop_constraint("uq_seat_pool_program_id", "seat_pool")
        op.drop_constraint("uq_seat_pool_session_id", "seat_pool")
        for column, kind in POOL_COLUMNS:
            op.execute(f"ALTER TABLE seat_pool ADD COLUMN {column} {kind or 'TIMESTAMPTZ'}")
        for name, check in POOL_CHECKS:
            op.create_check_constraint(op.f(f"ck_seat_pool_{name}"), "seat_pool", check)
    _index_pools()


def _index_pools() -> None:
    general, kept = sa.text("quota IS NULL"), sa.text("kept > 0")
    for seated in ("program", "session"):
        op.create_index(
            f"uq_seat_pool_general_{seated}",
            "seat_pool",
            [f"{seated}_id"],
            unique=True,
            sqlite_where=general,
            postgresql_where=general,
        )
        op.create_index(
            f"uq_seat_pool_quota_{seated}", "seat_pool", [f"{seated}_id", "quota"], unique=True
        )
    for_group = sa.text("kept_for_group > 0")
    op.create_index(
        "ix_seat_pool_kept_for_group",
        "seat_pool",
        ["kept_for_group"],
        sqlite_where=for_group,
        postgresql_where=for_group,
    )
    op.create_index(
        "ix_seat_pool_kept_until",
        "seat_pool",
        ["kept_until"],
        sqlite_where=kept,
        postgresql_where=kept,
    )


def downgrade() -> None:
    """Refuse: what was decided since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
