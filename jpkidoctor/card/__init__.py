"""Talks to the card: APDUs, PC/SC, the JPKI application. The only room that imports pyscard."""
