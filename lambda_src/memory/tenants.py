"""Which learners a caller may reach: an API key may be bound to those whose ids begin with a prefix."""

from __future__ import annotations

from http_kit.errors import ForbiddenError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping


class Tenants:
    """The keys that are bound.

    Parameters
    ----------
    prefixes : mapping of str to str
        By the id of each bound API key, how the ids of its learners begin. Any other key reaches all.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes

    def check(self, key_id: str | None, learner: str, field: str = "learner") -> None:
        """Refuse a learner of another tenant.

        Parameters
        ----------
        key_id : str or None
            Id of the request's API key. Where keys are bound and the gateway doesn't say which one it was,
            nobody is let in.
        learner : str
            The learner's id.
        field : str
            Where the id stands in the request, for the error.

        Raises
        ------
        ForbiddenError
            If the key may not reach this learner.
        """
        if not self._prefixes:
            return
        if key_id is None:
            raise ForbiddenError(field, "can't be reached: the API key that was sent isn't known here")
        prefix = self._prefixes.get(key_id, "")
        if not learner.startswith(prefix):
            raise ForbiddenError(field, f'must begin with "{prefix}" for this API key')
