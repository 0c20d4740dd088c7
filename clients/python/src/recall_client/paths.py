"""Paths of a learner's calls, which hold the caller's own ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from recall_client.encoding import json_of

# URL libraries take these two as steps in a path, encoded or not; an empty one would name another call.
_NO_PLACE_IN_A_PATH = ("", ".", "..")


def path_of(*segments: str, query: Mapping[str, Any] | None = None) -> str:
    """Return the path of a call, such as ``/v1/learners/ada/due?limit=20``.

    Parameters
    ----------
    segments : str
        Its parts after ``/v1/learners``, each encoded by `segment_of` where it is the caller's.
    query : mapping, optional
        Parameters; one that is None is left out.
    """
    given = {name: _text(value) for name, value in (query or {}).items() if value is not None}
    path = "/".join(("/v1/learners", *segments))
    return f"{path}?{urlencode(given, quote_via=quote)}" if given else path


def segment_of(name: str, value: str) -> str:
    """Return an id as it stands in a path.

    Parameters
    ----------
    name : {"learner", "card", "event_id"}
        What it is the id of.
    value : str
        The id.

    Raises
    ------
    TypeError
        If it isn't text.
    ValueError
        If it can't stand in a path.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text, not {value!r}")
    if value in _NO_PLACE_IN_A_PATH:
        raise ValueError(f'{name} must not be "{value}", which can\'t stand in a URL; choose another id')
    try:
        return quote(value, safe="")
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} must be text that UTF-8 can encode, not {value!r}") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json_of(value).strip('"')
