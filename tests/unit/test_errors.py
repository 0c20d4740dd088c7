"""One exception tree, drawn in its module's docstring."""

import re

import recall.errors
from recall.errors import ArtifactError, InvalidInputError, RecallError, ReviewLogError


def subclasses(error):
    """Return an error's direct subclasses of the same module, in the order of their definition."""
    return [found for found in error.__subclasses__() if found.__module__ == error.__module__]


def test_errors_are_those_of_the_drawn_tree():
    drawn = re.findall(r"^(?:[│ ]*[├└]── )?(\w+Error)\b", recall.errors.__doc__, re.MULTILINE)
    top = subclasses(RecallError)

    assert top == [InvalidInputError, ReviewLogError, ArtifactError]
    assert drawn == [error.__name__ for error in (RecallError, *top, *subclasses(ArtifactError))]


def test_invalid_input_names_field_and_problem():
    error = InvalidInputError("cards[3].difficulty", "must be 1 to 10")

    assert str(error) == "cards[3].difficulty: must be 1 to 10"
    assert (error.field, error.problem) == ("cards[3].difficulty", "must be 1 to 10")
