"""The errors of a model that may not go live, by the rules that its owner set."""

from recall.errors import RecallError


class RefusalError(RecallError):
    """The live model stays: a signature, a gate or somebody else's move speaks against it.

    Parameters
    ----------
    why : str
        What speaks against it.
    way_out : str, optional
        What to do on the command line; only there it is said, behind `why`.
    """

    def __init__(self, why: str, way_out: str = "") -> None:
        super().__init__(why + way_out)
        self.why = why
