"""Lunch: the menu of the week, sittings, orders until the cut-off, lists for kitchen and door."""
