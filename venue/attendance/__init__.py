"""Who came: the roll of a session, no-shows and what follows from them, certificates."""
