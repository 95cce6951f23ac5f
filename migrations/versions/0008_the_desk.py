"""The desk: keys by which people are found, buildings, and a list of calls that loses nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from venue.people.search_keys import number_keys, person_keys

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
KEY = sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql")
PEOPLE_AT_ONCE = 2000


def upgrade() -> None:
    """Create the tables, add the columns, and write the keys of everybody."""
    op.add_column("person", sa.Column("building", sa.String(length=40), nullable=True))
    op.add_column(
        "person", sa.Column("has_account", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute(
        "UPDATE person SET has_account = true WHERE id IN (SELECT person_id FROM user_account)"
    )
    op.create_table(
        "person_key",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_key_person_id")),
        sa.PrimaryKeyConstraint("person_id", "source", "key", name=op.f("pk_person_key")),
    )
    _write_keys()
    op.create_index(op.f("ix_person_key_key_person_id"), "person_key", ["key", "person_id"])
    op.execute(
        "ALTER TABLE message ADD COLUMN center_id INTEGER"
        " CONSTRAINT fk_message_center_id REFERENCES center (id)"
    )
    op.add_column(
        "message", sa.Column("to_call", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _call_for_open_offers()
    op.create_index(
        "ix_message_to_call",
        "message",
        ["center_id", "person_id"],
        sqlite_where=sa.text("to_call AND read_at IS NULL"),
        postgresql_where=sa.text("to_call AND read_at IS NULL"),
    )
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("up_to_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("again_at", INSTANT, nullable=True),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("called_at", INSTANT, nullable=False),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["person.id"], name=op.f("fk_phone_call_called_by_id")
        ),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name=op.f("fk_phone_call_center_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_phone_call_person_id")),
        sa.ForeignKeyConstraint(["up_to_id"], ["message.id"], name=op.f("fk_phone_call_up_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
    )
    op.create_index(
        op.f("ix_phone_call_person_id_center_id_id"), "phone_call", ["person_id", "center_id", "id"]
    )


def _write_keys() -> None:
    """Write by what each person is found, some thousand of them at once."""
    person = sa.table(
        "person", *map(sa.column, ("id", "full_name", "birth_year", "phone", "building"))
    )
    account = sa.table("user_account", sa.column("person_id"), sa.column("phone"))
    key = sa.table("person_key", *map(sa.column, ("person_id", "source", "key")))
    bind = op.get_bind()
    last = 0
    while people := bind.execute(
        sa.select(*person.c, account.c.phone)
        .outerjoin(account, account.c.person_id == person.c.id)
        .where(person.c.id > last)
        .order_by(person.c.id)
        .limit(PEOPLE_AT_ONCE)
    ).all():
        rows = [
            {"person_id": id_, "source": source, "key": one}
            for id_, name, year, phone, building, login in people
            for source, keys in (
                ("person", person_keys(name, year, phone, building)),
                ("account", number_keys(login)),
            )
            for one in keys
        ]
        bind.execute(sa.insert(key), rows)
        last = people[-1][0]


def _call_for_open_offers() -> None:
    """Put those on the call list for whom a seat is held: they stood on it before."""
    op.execute(
        "UPDATE message SET to_call = true, center_id = ("
        "  SELECT max(program.center_id) FROM waitlist_offer"
        "  JOIN enrollment ON enrollment.id = waitlist_offer.enrollment_id"
        "  JOIN program ON program.id = enrollment.program_id"
        "  WHERE enrollment.person_id = message.person_id"
        "  AND waitlist_offer.answered_at IS NULL)"
        " WHERE kind = 'seat_offered' AND read_at IS NULL AND person_id IN ("
        "  SELECT enrollment.person_id FROM waitlist_offer"
        "  JOIN enrollment ON enrollment.id = waitlist_offer.enrollment_id"
        "  WHERE waitlist_offer.answered_at IS NULL)"
    )


def downgrade() -> None:
    """Refuse: what was written down since then has no place in the older tables."""
    raise RuntimeError("This migration cannot be undone; restore a backup instead.")
