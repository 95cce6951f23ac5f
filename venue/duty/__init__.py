"""Who is, or should be, here."""
