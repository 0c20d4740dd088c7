"""Erasing learners from everything that a deployment keeps of their reviews outside the memory.

`docs/reviews.md` says what is erased, and when the bytes are gone.
"""

from model_training.erasure.errors import ErasureError
from model_training.erasure.run import Erasure, erase

__all__ = ["Erasure", "ErasureError", "erase"]
