"""The one error of the layer builder."""


class LayerError(Exception):
    """The layer can't be built or used; the message is one line with the fix."""
