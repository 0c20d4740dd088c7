"""What `inspect` and `fit` do: look through a review log, and make a model of it."""
