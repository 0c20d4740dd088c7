"""The lake with ten million reviews: what each job takes, and how that grows."""
