"""Power tuning: what a function costs and how long it takes at each memory size, measured on a copy of it."""
