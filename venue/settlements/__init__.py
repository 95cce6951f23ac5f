"""Money for seats: what each enrollment owes, has paid and gets back; the desk settles it."""
