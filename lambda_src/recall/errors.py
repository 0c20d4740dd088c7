"""The exceptions of the service, in one tree.

RecallError
├── InvalidInputError       what the caller sent is wrong: names the field, the problem and the fix
├── ReviewLogError          a file of reviews can't be read: names the file, the problem and the fix
└── ArtifactError           a stored model can't be used
    ├── DamagedArtifactError      it isn't what was written: unreadable, incomplete, wrong digest
    └── UnsupportedArtifactError  it is intact, but of another schema, kind, feature set or sign
"""


class RecallError(Exception):
    """Base of every error that this package raises on purpose."""


class InvalidInputError(RecallError):
    """The caller's input is wrong.

    Parameters
    ----------
    field : str
        The input's name, with its index in a list, such as ``cards[3].difficulty``.
    problem : str
        What is wrong and what is allowed, written for the caller.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class ReviewLogError(RecallError):
    """A file of reviews can't be read, or holds nothing that can be used."""


class ArtifactError(RecallError):
    """A stored model can't be used."""


class DamagedArtifactError(ArtifactError):
    """The artifact isn't what was written."""


class UnsupportedArtifactError(ArtifactError):
    """The artifact is intact, but not one that this version may serve."""
