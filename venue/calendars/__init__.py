"""Calendar entries, ready to be sent, and the tokens of private feeds."""
