"""Certificates: reading them, showing them, and which authority they come from."""
