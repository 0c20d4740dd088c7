"""The three-input curve: its likelihood, its fit, and the prior that it starts from."""
