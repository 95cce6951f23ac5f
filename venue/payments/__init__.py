"""Money, plainly: what is owed, what the desk took and gave back, each with a receipt's number."""
