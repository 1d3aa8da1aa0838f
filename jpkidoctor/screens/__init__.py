"""Shows: the rooms of the terminal app."""
