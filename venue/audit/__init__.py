"""Who did what, when and by which channel: rows that are only ever added."""
