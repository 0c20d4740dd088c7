"""The history model: its fit, its predictions for a log, and what it teaches the three-input curve."""
