"""What is offered: terms, programs and their scheduled sessions."""
