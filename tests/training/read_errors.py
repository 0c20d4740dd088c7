"""Why a file can't be read as a review log."""

import pytest

from model_training.readers import read
from recall.errors import ReviewLogError

from .collections import NOW


def read_error(path):
    """Return the one line that refuses a file; it begins with the file's path."""
    with pytest.raises(ReviewLogError) as caught:
        read([path], now=NOW)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message
