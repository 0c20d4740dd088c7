"""The vectors that `tests.text.record` has stored."""

import base64
import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("vectors.json")


def stored():
    """Return the texts, and the real library's vectors as rows in their order."""
    vectors = json.loads(FILE.read_text(encoding="utf-8"))
    rows = [np.frombuffer(base64.b64decode(row), "<f4") for row in vectors.values()]
    return list(vectors), np.stack(rows)
