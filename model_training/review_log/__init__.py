"""The canonical review log, and what a model sees of it: features and histories."""
