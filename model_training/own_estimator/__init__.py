"""The user's own scikit-learn estimator: made ready to be published, and measured."""
