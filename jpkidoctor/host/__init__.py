"""Looks at the computer. The only room that asks the operating system."""
