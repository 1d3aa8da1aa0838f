"""Speaks: loads the tables of ``knowledge/`` and gives words for ids."""
