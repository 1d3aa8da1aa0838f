"""A practice My Number card, practice computers, and the scenarios made of them."""
