"""Decisions that reach far: moving or cancelling a session, cancelling a program."""
