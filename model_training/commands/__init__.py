"""What `model_training.cli` runs: a module for each command, with one function ``run``."""
