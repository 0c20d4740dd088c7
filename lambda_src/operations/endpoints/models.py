"""``/v1/operations/models``, ``rollback`` and ``moves``: which model is live, and which is to be."""

from __future__ import annotations

import re
import unicodedata

from http_kit.errors import MoveFailedError, RefusedError, UnknownPathError
from http_kit.fields import as_object
from http_kit.problems import wrong
from http_kit.request import Request
from http_kit.response import Response, encode
from operations.moves import DONE, FAILED, PROMOTE, REFUSED, ROLLBACK, Move
from operations.stage import Stage
from recall.errors import InvalidInputError

PATH = "/v1/operations/models"
PROMOTION = f"{PATH}/{{version}}/promote"
ROLLBACK_PATH = "/v1/operations/rollback"
MOVES_PATH = "/v1/operations/moves"
EXAMPLE = '{"reason": "better on this week\'s reviews"}'
LONGEST_REASON = 200  # characters
# Unicode's line breaks, and half of a character; an emoji's joiners are of another category.
CONTROLS = {"Cc", "Zl", "Zp", "Cs"}
# What keys of the lake, and so versions and moves, are made of.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def list_newest(_request: Request, stage: Stage) -> Response:
    """``GET /v1/operations/models``: the models, what the gates found, and the moves of the live one."""
    return Response(200, encode(stage.models.newest()))


def promote(request: Request, stage: Stage) -> Response:
    """``POST /v1/operations/models/{version}/promote``: make a version live, if it passes the gates."""
    version, reason = request.parameters["version"], _reason(request)
    if not NAME.fullmatch(version) or not stage.models.has(version):
        raise UnknownPathError("version", f"is none of the models that GET {PATH} lists")
    return _outcome(stage.moves.make(PROMOTE, version, by=_caller(request), reason=reason))


def rollback(request: Request, stage: Stage) -> Response:
    """``POST /v1/operations/rollback``: make the version live that was live before."""
    return _outcome(stage.moves.make(ROLLBACK, None, by=_caller(request), reason=_reason(request)))


def read_move(request: Request, stage: Stage) -> Response:
    """``GET /v1/operations/moves/{id}``: what came of a promotion or a rollback."""
    name = request.parameters["id"]
    if not NAME.fullmatch(name):
        raise UnknownPathError("id", "is no move's")
    return Response(200, encode(stage.moves.read(name)))


def _outcome(move: Move) -> Response:
    """Return the response to who waited for a move.

    Raises
    ------
    RefusedError
        With the gate's words, if it wasn't made.
    MoveFailedError
        With the job's words, if it couldn't be done.
    """
    if move["status"] == REFUSED:
        raise RefusedError(move["why"])
    if move["status"] == FAILED:
        raise MoveFailedError(move["why"])
    status = 200 if move["status"] == DONE else 202
    return Response(status, encode(move), headers={"Location": f"{MOVES_PATH}/{move['id']}"})


def _reason(request: Request) -> str:
    body = as_object(request.json(EXAMPLE), EXAMPLE, ("reason",))
    reason = body.get("reason")
    allowed = f"must be one line of 1 to {LONGEST_REASON} characters that says why, for the record"
    if not isinstance(reason, str):
        raise wrong(body, "reason", allowed, "")
    text = reason.strip()
    if not 1 <= len(text) <= LONGEST_REASON:
        raise InvalidInputError("reason", f"{allowed}, not of {len(text)}")
    if any(unicodedata.category(character) in CONTROLS for character in text):
        raise InvalidInputError("reason", f"{allowed}, without line breaks and control characters")
    return text


def _caller(request: Request) -> str:
    return request.caller or "unknown"
