"""Care of children: days booked on a calendar, a file for each child, who may collect it."""
