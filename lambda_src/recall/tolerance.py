"""By how much a model may differ from what was recorded of it, and from a curve that never rises."""

from recall.pointer import ONNX, PORTABLE, SKOPS

# Of a probability, by the model's format: other processors and library versions sum in another order. ONNX
# models mostly compute with float32, whose numbers near 1 are 6e-8 apart, through several layers.
TOLERANCES = {PORTABLE: 1e-12, SKOPS: 1e-12, ONNX: 1e-6}
