"""What residents and partner organizations book: a room, for a time, for a purpose."""
