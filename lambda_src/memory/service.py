"""What the memory's endpoints work with."""

from __future__ import annotations

from collections import namedtuple

from memory.request import read_path_id

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NamedTuple

    from http_kit.request import Request
    from inference.model_store import ModelStore
    from inference.s3 import S3Reader
    from memory.changes import Changes
    from memory.table import Table
    from memory.tenants import Tenants

    class Memory(NamedTuple):
        """The resources of one environment.

        Attributes
        ----------
        table : Table
            For reading.
        changes : Changes
            For writing.
        models : ModelStore
            The model that is live.
        tenants : Tenants
            Which learners a key may reach.
        lake : S3Reader
            The data lake, for the report on the predictions.
        clock : callable
            Returns the time, in seconds since 1970.
        """

        table: Table
        changes: Changes
        models: ModelStore
        tenants: Tenants
        lake: S3Reader
        clock: Callable[[], float]

else:
    Memory = namedtuple("Memory", "table changes models tenants lake clock")


def learner_of(request: Request, memory: Memory) -> str:
    """Return the id of the learner in a request's path.

    Raises
    ------
    InvalidInputError
        If no learner can have it.
    ForbiddenError
        If it is of another tenant.
    """
    learner = read_path_id(request, "learner")
    memory.tenants.check(request.key_id, learner)
    return learner
