"""``recall promote``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from model_training.commands.judges import Judges, judges
from model_training.commands.options import by, command, lake, reason, verify
from model_training.commands.output import Output

if TYPE_CHECKING:
    import pandas as pd

    from model_training.registry.gates import Judge
    from model_training.registry.lake import Lake
    from model_training.registry.promote import Promotion


@command
@click.argument("version")
@judges
@verify
@reason
@by
@lake
def promote(
    version: str,
    bucket: str | None,
    endpoint_url: str | None,
    judges: Judges,
    by: str | None,
    reason: str | None,
    verify: Path | None,
) -> Output:
    """Make a model in the lake the served one.

    VERSION is one that `recall models` lists.
    """
    from model_training.registry.lake import find_lake
    from model_training.registry.moves import whoami
    from model_training.registry.promote import promote as make_live

    if reason and judges.force:
        raise click.UsageError("--force has a reason: leave --reason out")
    trusted = read_pem(verify)
    lake, now = find_lake(bucket, endpoint_url), datetime.now(UTC)
    judge = judge_of(lake, judges, judges.read(now))
    who = by or whoami()
    why, forced = judges.force or reason or "", bool(judges.force)
    done = make_live(lake, version, by=who, now=now, why=why, forced=forced, judge=judge, trusted=trusted)
    return promoted(done)


def judge_of(lake: Lake, judges: Judges, reviews: pd.DataFrame | None) -> Judge | None:
    """Return what judges a model, on these reviews or on the lake's; nothing if it is forced without any."""
    from model_training.retraining.by_hand import judge_by_hand

    return None if judges.force and reviews is None else judge_by_hand(lake, reviews)


def read_pem(path: Path | None) -> bytes | None:
    """Read whose signature a model must have; None for nobody's in particular.

    Raises
    ------
    SigningError
        If it is neither a public key nor certificates.
    """
    from model_training.registry.signing import check_trusted

    if path is None:
        return None
    pem = path.read_bytes()
    check_trusted(pem, str(path))
    return pem


def promoted(done: Promotion) -> Output:
    """Return which version is live now, and which was before."""
    before = done.before or "the default model"
    line = (
        f"{done.version} was live already"
        if done.before == done.version
        else f"{done.version} is live, was {before}"
    )
    return Output(
        {"version": done.version, "before": done.before, "notes": list(done.notes)}, [line], done.notes
    )
