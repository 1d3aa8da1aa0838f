"""Finds entries of the knowledge from what people type or paste. No Textual, no I/O but reading the tables."""
