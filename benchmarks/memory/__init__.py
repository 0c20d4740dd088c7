"""What the memory costs, and what it predicts for a log."""
