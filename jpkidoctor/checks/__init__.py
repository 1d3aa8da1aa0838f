"""Decides: pure functions from facts to findings, one file a step of the flow."""
