"""From the making of a copy to its deletion, whatever happens between."""

import sys
from collections.abc import Callable
from typing import TypeVar

from tools.tune.copy import TemporaryCopy
from tools.tune.interruption import Interruption

Result = TypeVar("Result")


def with_copy(copy: TemporaryCopy, interruption: Interruption, work: Callable[[], Result]) -> Result:
    """Make a copy, do something with it, and delete it, though there be an error or a signal at any moment.

    Raises
    ------
    TuneError
        If it can't be made or deleted; and whatever the work raises.
    InterruptedRunError
        If a signal came.
    """
    try:
        try:
            # Were the wait for the response interrupted, the copy might come into being after its deletion.
            with interruption.held():
                copy.create()
            copy.wait_until_active()
            return work()
        finally:
            copy.delete(after=sys.exception())
    except KeyboardInterrupt:
        # The one signal that interrupts may come just before the deletion, or in it.
        if not copy.deleted:
            copy.delete()
        raise
