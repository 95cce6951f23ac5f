"""Seats: pools with a capacity, enrollments, the waitlist and its offers."""
