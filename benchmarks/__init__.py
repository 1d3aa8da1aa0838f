"""Numbers beside other programs, measured in one run. Never part of the tests."""
