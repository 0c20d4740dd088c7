"""Proves the ONNX layer: loads a model from bytes, predicts with it, and refuses bad input as before."""

import base64
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort

from layer_build.probes import common

# "features", float32 [N, 3] -> "recall", float32 [N, 1]; IR version 8, opset 13 and ai.onnx.ml 3:
#   Sigmoid(MatMul(Softplus(Gemm(features, w1, b1)), w2) + TreeEnsembleRegressor(features))
# with weights by numpy.random.default_rng(0), and one tree of one split: features[0] <= 5 ? 0.5 : -0.5.
MODEL = base64.b64decode("""
CAg60QUKGwoIZmVhdHVyZXMKAncxCgJiMRIBYSIER2VtbQoQCgFhEgFzIghTb2Z0cGx1cwoSCgFzCgJ3MhIBbSIGTWF0TXVsCq4DCghmZWF0
dXJlcxIBdCIVVHJlZUVuc2VtYmxlUmVncmVzc29yKhAKCW5fdGFyZ2V0cxgBoAECKh0KEm5vZGVzX2ZhbHNlbm9kZWlkc0ACQABAAKABByob
ChBub2Rlc19mZWF0dXJlaWRzQABAAEAAoAEHKioKH25vZGVzX21pc3NpbmdfdmFsdWVfdHJhY2tzX3RydWVAAEAAQACgAQcqKAoLbm9kZXNf
bW9kZXNKCkJSQU5DSF9MRVFKBExFQUZKBExFQUagAQgqGAoNbm9kZXNfbm9kZWlkc0AAQAFAAqABByoYCg1ub2Rlc190cmVlaWRzQABAAEAA
oAEHKhwKEW5vZGVzX3RydWVub2RlaWRzQAFAAEAAoAEHKiAKDG5vZGVzX3ZhbHVlcz0AAKBAPQAAAAA9AAAAAKABBioTCgp0YXJnZXRfaWRz
QABAAKABByoXCg50YXJnZXRfbm9kZWlkc0ABQAKgAQcqFwoOdGFyZ2V0X3RyZWVpZHNAAEAAoAEHKh0KDnRhcmdldF93ZWlnaHRzPQAAAD89
AAAAv6ABBjoKYWkub25ueC5tbAoOCgFtCgF0EgF6IgNBZGQKFAoBehIGcmVjYWxsIgdTaWdtb2lkEgVwcm9iZSo8CAMIBBABQgJ3MUowbL8A
Pn9GB7698iM/39XWPaEhCb/9Irk+eemmP+Zzcj/+JzS/Vfmhv+qOH79uRSk9KhoIBBABQgJiMUoQTs0UwOwKYL4Dep+/4HU7vyocCAQIARAB
QgJ3MkoQj1QLvxjyob49wdI+FHGFP1obCghmZWF0dXJlcxIPCg0IARIJCgMSAU4KAggDYhkKBnJlY2FsbBIPCg0IARIJCgMSAU4KAggBQgQK
ABANQg4KCmFpLm9ubngubWwQAw==
""")
CARDS = [[1.0, 2.0, 3.0], [10.0, 2.0, 3.0], [0.0, 40.0, 10.0]]


def session(model: bytes) -> ort.InferenceSession:
    """Load a model on one thread, as a function does."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # a damaged model is meant here
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def predict(kind: str, cards: object = CARDS) -> str:
    """Return the digest of the model's predictions for cards that are given as numbers of a kind."""
    (recall,) = session(MODEL).run(None, {"features": np.array(cards, kind)})
    return common.digest([recall.tobytes(), str((recall.dtype, recall.shape)).encode()])


def main() -> None:
    """Run everything."""
    layer = Path(sys.argv[1])
    parts: dict[str, dict[str, object]] = {
        "predictions": {
            "of all cards": predict("float32"),
            "of three thousand": predict("float32", CARDS * 1_000),
            "of none": predict("float32", np.empty((0, 3))),
        },
        "errors": {
            "float64": common.message(lambda: predict("float64")),
            "two features": common.message(lambda: predict("float32", [[1.0, 2.0]])),
            "half a model": common.message(lambda: session(MODEL[: len(MODEL) // 2])),
            "unknown operator": common.message(lambda: session(MODEL.replace(b"Softplus", b"Softminu"))),
        },
    }
    common.print_results(layer, "a network with a tree loads and predicts", parts)


if __name__ == "__main__":
    main()
