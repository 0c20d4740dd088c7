"""The page's model refuses what Python refuses, with the same error, and takes what Python takes."""

import json
from base64 import urlsafe_b64encode

from inference.bounds import Bounds
from recall.artifact import decode
from recall.card_history import history_of
from recall.errors import RecallError
from recall.learner import START
from recall.learner_text import FACTORS, LAYOUT, LENGTH, SIZE, decode_state, encode_state
from tests.functional.memories import MODEL_FILE
from tests.web.page import evaluated

DOCUMENT = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
READERS = {
    "artifact": lambda document: decode(json.dumps(document).encode()),
    "state": lambda text: decode_state(text, 0),
    "reviews": history_of,
    "bounds": Bounds,
}
TEXT = encode_state(START, 0)


def changed(*path, to):
    """Return the default model's document with one part replaced; by nothing where `to` is None."""
    document = json.loads(json.dumps(DOCUMENT))
    part = document
    for name in path[:-1]:
        part = part[name]
    if to is None:
        del part[path[-1]]
    else:
        part[path[-1]] = to
    return document


def text_of(version=1, mean=0.0, factor=1.0):
    return (
        urlsafe_b64encode(LAYOUT.pack(version, 0, *[mean] * SIZE, *[factor] * FACTORS)).decode().rstrip("=")
    )


LINE = DOCUMENT["history"]["new_learner"]["log_stability"]
GIVEN = [
    ("artifact", DOCUMENT),
    ("artifact", []),
    ("artifact", changed("schema_version", to=3)),
    ("artifact", changed("kind", to="forest")),
    ("artifact", changed("kind", to=None)),
    ("artifact", changed("features", 0, "maximum", to=365)),
    ("artifact", changed("training", to=None)),
    ("artifact", changed("training", "ranges", to={"difficulty": [1, 10]})),
    ("artifact", changed("training", "ranges", to=None)),
    ("artifact", changed("three_inputs", to=None)),
    ("artifact", changed("three_inputs", "log_decay", to=True)),
    ("artifact", changed("three_inputs", "log_decay", to=1_000_001)),
    ("artifact", changed("three_inputs", "log_stability", "first_day", to=None)),
    ("artifact", changed("three_inputs", "log_stability", "logit_difficulty", to=0.1)),
    ("artifact", changed("history", to=None)),
    ("artifact", changed("history", "features", to=["log_stability"])),
    ("artifact", changed("history", "known_learner", to=None)),
    ("artifact", changed("history", "new_learner", "log_stability", to="none")),
    ("artifact", changed("history", "new_learner", "log_stability", to=LINE[:-1])),
    ("artifact", changed("history", "new_learner", "log_stability", to=[*LINE[:-1], 1e7])),
    ("artifact", changed("history", "new_learner", "log_stability", to=[*LINE[:-1], "1"])),
    ("artifact", changed("history", "new_learner", "log_stability", to=[LINE[0], -0.5, *LINE[2:]])),
    ("artifact", changed("sleep", to={"hours": 8})),
    ("state", TEXT),
    ("state", ""),
    ("state", TEXT[:-1]),
    ("state", f"*{TEXT[1:]}"),
    ("state", TEXT[:-1] + "="),
    ("state", "A" * LENGTH),
    ("state", text_of()),
    ("state", text_of(version=2)),
    ("state", text_of(mean=51.0)),
    ("state", text_of(mean=float("nan"))),
    ("state", text_of(factor=1e-7)),
    ("state", text_of(factor=101.0)),
    ("reviews", [[0.0, 3, 0, 0.0], [0.0, 1, 0, 0.0]]),
    ("reviews", []),
    ("reviews", [[0.0, 5, 0, 0.0]]),
    ("reviews", [[0.0, 3, 0, 0.0], [1.0, 0, 1, 0.0]]),
    ("reviews", [[1.0, 3, 1, 0.0], [0.9, 3, 1, 0.0]]),
    ("reviews", [[1.0, 3, 1, 0.0], [1.1, 3, 0, 0.0]]),
    ("bounds", {"min_interval": 2, "min_relearning_interval": 0.5, "max_interval": 100}),
    ("bounds", {"max_interval": 0.01}),
    ("bounds", {"min_interval": 0}),
    ("bounds", {"min_relearning_interval": -1}),
    ("bounds", {"max_interval": 36_501}),
    ("bounds", {"min_interval": 1, "min_relearning_interval": 2}),
    ("bounds", {"min_relearning_interval": 2, "max_interval": 1}),
    ("bounds", {"min_interval": 3, "max_interval": 2}),
]  # fmt: skip


def refusal(what, given):
    """Return the name of the error and the field that it names, or None."""
    try:
        READERS[what](given)
    except RecallError as error:
        return [type(error).__name__, getattr(error, "field", None)]
    return None


def test_page_refuses_what_python_refuses(tmp_path):
    vectors = {"models": [], "states": [], "refused": GIVEN}
    found = evaluated("core.ts", vectors, tmp_path)["refused"]

    expected = [[what, given, refusal(what, given)] for what, given in GIVEN]
    assert [[*given, refused] for given, refused in zip(map(list, GIVEN), found, strict=True)] == expected
    taken = [what for what, _, refused in expected if refused is None]
    assert taken == [*["artifact"] * 4, "state", "state", "reviews", "bounds", "bounds"]
