"""A generator of review logs, and how near they are to real ones."""
