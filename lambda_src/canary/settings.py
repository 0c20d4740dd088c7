"""Everything that the canary reads from its environment, in one place."""

from __future__ import annotations

from collections.abc import Mapping


class Settings:
    """The canary's settings.

    Parameters
    ----------
    environment : mapping of str to str
        ``LOCKED``, what the layer's lock pins, such as ``numpy==2.2.6 scipy==1.16.3``.

    Raises
    ------
    KeyError
        If the variable is missing: a deployment mistake.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.locked = environment["LOCKED"]
