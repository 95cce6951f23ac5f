"""Accounts: signing in and out, staff roles, codes from the desk, forms that are sent once."""
