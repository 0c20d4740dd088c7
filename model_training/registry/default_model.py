"""The model that ships with the function, and is live until another one is promoted."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import recall

# Beside the core, wherever that lies: in `lambda_src` of a checkout, or at the root of a function's code.
DEFAULT_MODEL = Path(recall.__file__).parents[1] / "inference" / "default_model" / "model.json"


def default_version() -> str:
    """Return the version that the function's responses name while this model is live."""
    return f"default-{sha256(DEFAULT_MODEL.read_bytes()).hexdigest()[:8]}"
