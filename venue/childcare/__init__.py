"""Care of children: what a program of it offers, and days booked on a calendar."""
