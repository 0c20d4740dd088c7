"""How good the predictions are: the held-out figures of `fit`, and the comparison of `evaluate`."""
