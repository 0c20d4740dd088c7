"""What was decided about challengers of each live model, in the lake: one object a run, or a try by hand.

Whoever tries again and again finds something by luck; so each try counts against the next one's.
"""

from __future__ import annotations

import json

from model_training.registry.lake import Lake
from model_training.registry.stored_model import PREFIX
from model_training.retraining.decision import Decision

DECISIONS = f"{PREFIX}decisions/"


def number(lake: Lake, champion: str, name: str) -> int:
    """Return which try against a live model this one is, from 1; the same one again is no other."""
    keys = set(lake.keys(f"{DECISIONS}{champion}/"))
    return len(keys - {_key(champion, name)}) + 1


def keep(lake: Lake, name: str, decision: Decision) -> None:
    """Write what was found.

    Parameters
    ----------
    lake : Lake
        The lake.
    name : str
        The try's: of the same models on the same reviews always the same.
    decision : dict
        Result of `model_training.retraining.decision.decide`.
    """
    body = json.dumps(decision, indent=2, sort_keys=True, allow_nan=False).encode()
    lake.write(_key(decision["champion"], name), body + b"\n")


def _key(champion: str, name: str) -> str:
    return f"{DECISIONS}{champion}/{name}.json"
