"""Verifying signatures: what is signed, by whom, and what that is worth, line by line and never one green tick."""
