"""The commands of `model_training.cli`: a module for each, with its options, its work and its output."""
