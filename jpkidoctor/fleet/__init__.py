"""Many computers at once: facts files that an administrator collected, judged into one table, worst first."""
