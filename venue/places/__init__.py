"""Districts, centers, rooms, when they are open, and every claim on room time."""
