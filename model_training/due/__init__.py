"""Due lists: a deck in the lake is scored ahead of time, for apps that need no call at study time.

`docs/due-lists.md` has the formats. Everything here runs without numpy, in the lake's function
as on a laptop.
"""

from model_training.due.errors import DueError
from model_training.due.run import DueLists, make_due_lists

__all__ = ["DueError", "DueLists", "make_due_lists"]
