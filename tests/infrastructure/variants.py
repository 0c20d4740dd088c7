"""The kinds of stage that settings make: whatever a template can hold is in one of them.

``python -m tests.infrastructure.variants FOLDER`` writes their templates, for the audit.
"""

import json
import sys
from pathlib import Path

from tests.infrastructure.conftest import ADDRESS, synthesized_stage

EVERYTHING = {
    "runtime": "python3.13",
    "onnx": True,
    "ephemeral_storage_mb": 2_048,
    "reviews_retention_days": 400,
    "memory": True,
    "text": True,
    "retrain_every_days": 7,
    "alarm_email": ADDRESS,
    "monthly_budget_usd": 25,
    "x_ray": True,
    "provisioned_concurrency": 1,
    "provisioned_concurrency_max": 2,
}
# The shipped stage, and what of its settings is changed.
VARIANTS = {
    "local": ("local", {}),
    "prod": ("prod", {}),
    "image": ("dev", {"packaging": "image", "studio": False, "text": True}),
    **{
        compute: ("prod", EVERYTHING | {"training_compute": compute})
        for compute in ("lambda", "batch", "spark")
    },
}


def variant(name: str) -> dict[str, dict]:
    """Return the templates of a kind of stage, by stack."""
    stage, settings = VARIANTS[name]
    return synthesized_stage(stage, **settings)


if __name__ == "__main__":
    for kind in VARIANTS:
        folder = Path(sys.argv[1]) / kind
        folder.mkdir(parents=True, exist_ok=True)
        for stack, template in variant(kind).items():
            (folder / f"{stack}.template.json").write_text(json.dumps(template), encoding="utf-8")
