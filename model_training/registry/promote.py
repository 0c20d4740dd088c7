"""Making a model in the lake the served one: signature, gates, then the pointer, then the record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from model_training.registry import gates
from model_training.registry.gates import Judge, Judgement
from model_training.registry.lake import Lake, LakeError
from model_training.registry.moves import PROMOTE, ROLLBACK, Move, live_before, make_move, read_moves, record
from model_training.registry.pointer import Pointer, move_pointer, pointer_to, points_to, read_pointer
from model_training.registry.refusal import RefusalError
from model_training.registry.stored_model import PREFIX, read_model
from model_training.registry.trust import check_signature, read_trusted

DECISION_FILE = "decision.json"  # beside the model: what it was compared with when it went live


class PromoteError(RefusalError):
    """The pointer stays where it is, or isn't where this command would have put it: says who moved it."""


@dataclass(frozen=True)
class Promotion:
    """The result of a promotion.

    Parameters
    ----------
    version : str
        The version that is live now.
    before : str or None
        The version that was live before; the same when nothing had to be moved.
    notes : list of str
        Notes for people, a line each.
    """

    version: str
    before: str | None
    notes: list[str]


def promote(  # noqa: PLR0913 - each says something else of a promotion, by its name
    lake: Lake,
    version: str,
    *,
    by: str,
    now: datetime,
    why: str = "",
    forced: bool = False,
    judge: Judge | None,
    kind: str = PROMOTE,
    trusted: bytes | None = None,
) -> Promotion:
    """Make a version the served one.

    Parameters
    ----------
    lake : Lake
        The lake that the model was published to.
    version : str
        The model's version.
    by : str
        Who promotes it, for the record: a name, or ``user@host``.
    now : datetime
        The time of the promotion, aware of its time zone.
    why : str
        The reason, for the record; empty for none.
    forced : bool
        Whether the reason is one to promote a model that isn't shown to be as good as the live one, or an
        owner's own one whose recall rises.
    judge : callable or None
        Compares it with the live model on reviews that neither has seen; None when there are none, which
        has to be forced.
    kind : str
        ``promote`` or ``publish``, for the record.
    trusted : bytes, optional
        A public key or certificates, in PEM: a signature of theirs is required, beside that of the signer
        whom the lake trusts.

    Raises
    ------
    LakeError
        If the version isn't in the lake, or S3 doesn't give or take an object.
    SigningError
        If a signature is required and doesn't hold.
    GateError
        If the model fails a gate.
    PromoteError
        If somebody else moved the pointer meanwhile.
    """
    seen = read_pointer(lake)
    move = make_move(kind, seen.version, version, by=by, why=why, now=now)
    return _go_live(lake, seen, move, now, trusted, judge, forced=forced)


def rollback(lake: Lake, *, by: str, now: datetime, why: str = "", trusted: bytes | None = None) -> Promotion:
    """Make the version that was live before the served one again; parameters and errors as in `promote`.

    Its signature must hold and it must pass the gates, but it may be worse than the live one, and rise as an
    owner's own model may: it was live already.

    Raises
    ------
    PromoteError
        If the record doesn't say what was live before, too.
    """
    seen = read_pointer(lake)
    target = live_before(read_moves(lake), seen.version)
    if target is None:
        raise PromoteError(
            f"no version is known that was live before {seen.version or 'the default model'}",
            ": choose one that the command `models` lists, and promote it",
        )
    move = make_move(ROLLBACK, seen.version, target, by=by, why=why, now=now)
    return _go_live(lake, seen, move, now, trusted, forced=True)


def _go_live(
    lake: Lake,
    seen: Pointer,
    move: Move,
    now: datetime,
    trusted: bytes | None,
    judge: Judge | None = None,
    *,
    forced: bool,
) -> Promotion:
    model = read_model(lake, move.after)
    notes = check_signature(model, read_trusted(lake), trusted)
    notes += gates.check(model, forced=forced)
    content = pointer_to(model, now)
    if points_to(seen, content):
        return Promotion(model.version, model.version, notes)
    if move.kind != ROLLBACK:
        reason = move.why if forced else ""
        judgement = gates.check_judged(model, seen.version, judge, reason)
        notes += [f"{model.version}: {judgement.against}"] if judgement.against else []
        if judgement.against or judgement.record:
            lake.write(f"{PREFIX}{model.version}/{DECISION_FILE}", _encoded(move.at, reason, judgement))
    if not move_pointer(lake, seen, content):
        raise PromoteError(
            f"{_who_won(lake)}; {model.version} was not", ": look at `models`, then decide again"
        )
    try:
        record(lake, move, now)
    except LakeError as error:
        raise LakeError(f"{model.version} is live, but that isn't recorded: {error}") from error
    return Promotion(model.version, move.before, notes)


def _encoded(at: str, forced: str, judgement: Judgement) -> bytes:
    record: dict[str, Any] = {"at": at, "forced": forced, "against": judgement.against}
    body = json.dumps(record | judgement.record, indent=2, sort_keys=True, allow_nan=False)
    return body.encode() + b"\n"


def _who_won(lake: Lake) -> str:
    winner = read_pointer(lake).version
    by = [move.by for move in read_moves(lake) if move.after == winner]
    # The winner records the move after it: it may not be there yet.
    return f"{winner or 'no version'} was made live meanwhile" + (f", by {by[-1]}" if by else "")
