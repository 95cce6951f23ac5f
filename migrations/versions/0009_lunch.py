"""Lunch: menus, dishes, sittings, prices, what the kitchen knows, and orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Create the tables of lunch."""
    op.create_table(
        "menu_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("orders_until_at", INSTANT, nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=True),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("called_off_at", INSTANT, nullable=True),
        sa.Column("called_off_by_id", sa.Integer(), nullable=True),
        sa.Column("called_off_reason", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "delivered >= 0 AND delivered <= deliveries", name=op.f("ck_menu_day_delivered")
        ),
        sa.CheckConstraint(
            "(called_off_at IS NULL) = (called_off_reason = '')",
            name=op.f("ck_menu_day_called_off"),
        ),
        sa.ForeignKeyConstraint(["center_id"], ["center.id"], name=op.f("fk_menu_day_center_id")),
        sa.ForeignKeyConstraint(
            ["called_off_by_id"], ["person.id"], name=op.f("fk_menu_day_called_off_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_day")),
    )
    op.create_index("uq_menu_day_center", "menu_day", ["center_id", "served_on"], unique=True)
    op.create_table(
        "dish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("menu_day_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sides", sa.String(length=80), nullable=False),
        sa.Column("instead_of", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["menu_day_id"], ["menu_day.id"], name=op.f("fk_dish_menu_day_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dish")),
    )
    op.create_index("uq_dish_position", "dish", ["menu_day_id", "position"], unique=True)
    op.create_table(
        "sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("menu_day_id", sa.Integer(), nullable=False),
        sa.Column("starts_time", sa.Time(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_sitting_taken")),
        sa.ForeignKeyConstraint(
            ["menu_day_id"], ["menu_day.id"], name=op.f("fk_sitting_menu_day_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    op.create_index("uq_sitting_time", "sitting", ["menu_day_id", "starts_time"], unique=True)
    op.create_table(
        "lunch_price",
        sa.Column("center_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=24), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_lunch_price_price")),
        sa.ForeignKeyConstraint(
            ["center_id"], ["center.id"], name=op.f("fk_lunch_price_center_id")
        ),
        sa.PrimaryKeyConstraint("center_id", "band", name=op.f("pk_lunch_price")),
    )
    op.create_table(
        "lunch_profile",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("diet", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lunch_profile_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_lunch_profile")),
    )
    op.create_table(
        "meal_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("menu_day_id", sa.Integer(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("dish_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("band", sa.String(length=24), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("ordered_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ending", sa.String(length=24), nullable=True),
        sa.CheckConstraint(
            "(sitting_id IS NULL) = (address <> '')", name=op.f("ck_meal_order_way")
        ),
        sa.CheckConstraint("(address = '') = (phone = '')", name=op.f("ck_meal_order_delivery")),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_meal_order_price")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_meal_order_ending")
        ),
        sa.ForeignKeyConstraint(
            ["menu_day_id"], ["menu_day.id"], name=op.f("fk_meal_order_menu_day_id")
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dish.id"], name=op.f("fk_meal_order_dish_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meal_order_person_id")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_meal_order_sitting_id")
        ),
        sa.ForeignKeyConstraint(
            ["ordered_by_id"], ["person.id"], name=op.f("fk_meal_order_ordered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_meal_order_ended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_order")),
    )
    op.create_index(op.f("ix_meal_order_menu_day_id_id"), "meal_order", ["menu_day_id", "id"])
    op.create_index(
        "uq_meal_order_person_day",
        "meal_order",
        ["person_id", "served_on"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
