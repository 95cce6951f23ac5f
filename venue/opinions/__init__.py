"""What people thought of a talk or a film, in one tap."""
