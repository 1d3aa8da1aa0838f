"""The support code: the verdicts of an examination as digits that can be read aloud on the telephone."""
