"""The fields of an ONNX file's messages, and those that no model may have.

Names and numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from array import array

from onnx_models.protobuf import DOUBLE, FLOAT, INT, PART, SKIP, TEXT, WORDS, Field
from onnx_models.wire import Span

_FUNCTIONS = "functions of its own: export it with the framework's standard operators only"
_SUBGRAPH = (
    "a loop or a branch (Loop, If, Scan, SequenceMap), which could run without end: export a model that "
    "computes every row alike, without Python's loops and conditions"
)
_SPARSE = "a sparse tensor: make the weights dense before the export"
_DEVICES = "settings for several devices: export it for one CPU"
_OPTIONAL = "optional values: export a model of plain tensors"
_OUTSIDE = "weights in another file: export it as one file (external_data=False in torch.onnx.export)"
_TEXTS = "texts: a model of numbers is needed; fit a classifier on the classes 0 and 1"
_MANY_TENSORS = "a list of tensors in an operator: export it with another opset"
ZIPMAP = (
    "an output that is a list of dictionaries (ZipMap): convert it with zipmap=False (onnxmltools) or "
    'options={"zipmap": False} (skl2onnx)'
)

MOST_NODES = 5_000
_MOST_VALUES = 10_000

MODEL = {
    1: Field("ir_version", INT),
    2: Field("producer_name", TEXT),
    3: Field("producer_version", TEXT),
    4: Field("domain", SKIP),
    5: Field("model_version", SKIP),
    6: Field("doc_string", SKIP),
    7: Field("graph", PART),
    8: Field("opset_import", PART, repeated=True),
    14: Field("metadata_props", SKIP),
    20: Field("training_info", PART, refused="a training graph: export it for inference (model.eval())"),
    25: Field("functions", PART, refused=_FUNCTIONS),
    26: Field("configuration", PART, refused=_DEVICES),
}
OPSET = {1: Field("domain", TEXT), 2: Field("version", INT)}
GRAPH = {
    1: Field("node", PART, repeated=True, most=MOST_NODES),
    2: Field("name", SKIP),
    5: Field("initializer", PART, repeated=True, most=_MOST_VALUES),
    10: Field("doc_string", SKIP),
    11: Field("input", PART, repeated=True, most=_MOST_VALUES),
    12: Field("output", PART, repeated=True, most=_MOST_VALUES),
    13: Field("value_info", PART, repeated=True, most=_MOST_VALUES),
    14: Field("quantization_annotation", PART, refused="quantised weights: export it in float32"),
    15: Field("sparse_initializer", PART, refused=_SPARSE),
    16: Field("metadata_props", SKIP),
}
NODE = {
    1: Field("input", TEXT, repeated=True),
    2: Field("output", TEXT, repeated=True),
    3: Field("name", SKIP),
    4: Field("op_type", TEXT),
    5: Field("attribute", PART, repeated=True),
    6: Field("doc_string", SKIP),
    7: Field("domain", TEXT),
    8: Field("overload", TEXT),
    9: Field("metadata_props", SKIP),
    10: Field("device_configurations", PART, refused=_DEVICES),
}
ATTRIBUTE = {
    1: Field("name", TEXT),
    2: Field("f", FLOAT),
    3: Field("i", INT),
    4: Field("s", PART),
    5: Field("t", PART),
    6: Field("g", PART, refused=_SUBGRAPH),
    7: Field("floats", FLOAT, repeated=True),
    8: Field("ints", INT, repeated=True),
    9: Field("strings", WORDS, repeated=True),
    10: Field("tensors", PART, refused=_MANY_TENSORS),
    11: Field("graphs", PART, refused=_SUBGRAPH),
    13: Field("doc_string", SKIP),
    14: Field("tp", PART, refused=_OPTIONAL),
    15: Field("type_protos", PART, refused=_OPTIONAL),
    20: Field("type", INT),
    21: Field("ref_attr_name", TEXT, refused=_FUNCTIONS),
    22: Field("sparse_tensor", PART, refused=_SPARSE),
    23: Field("sparse_tensors", PART, refused=_SPARSE),
}
# An attribute's types, and the field that holds its value.
ATTRIBUTE_VALUES = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings"}
# What a value is that isn't there: an empty list isn't written. Of floats only their number is read.
ATTRIBUTE_DEFAULTS = {
    "f": 0.0,
    "i": 0,
    "s": Span(0, 0),
    "t": Span(0, 0),
    "floats": 0,
    "ints": array("q"),
    "strings": (),
}
TENSOR = {
    1: Field("dims", INT, repeated=True),
    2: Field("data_type", INT),
    3: Field("segment", PART, refused=_OUTSIDE),
    4: Field("float_data", FLOAT, repeated=True),
    5: Field("int32_data", INT, repeated=True),
    6: Field("string_data", PART, refused=_TEXTS),
    7: Field("int64_data", INT, repeated=True),
    8: Field("name", TEXT),
    9: Field("raw_data", PART),
    10: Field("double_data", DOUBLE, repeated=True),
    11: Field("uint64_data", PART, refused="unsigned integers: export it in float32"),
    12: Field("doc_string", SKIP),
    13: Field("external_data", PART, refused=_OUTSIDE),
    14: Field("data_location", INT),
    16: Field("metadata_props", SKIP),
}
VALUE_INFO = {
    1: Field("name", TEXT),
    2: Field("type", PART),
    3: Field("doc_string", SKIP),
    4: Field("metadata_props", SKIP),
}
TYPE = {
    1: Field("tensor_type", PART),
    4: Field("sequence_type", PART, refused=ZIPMAP),
    5: Field("map_type", PART, refused=ZIPMAP),
    6: Field("denotation", SKIP),
    7: Field("opaque_type", PART, refused="a value that isn't a tensor: export a model of plain tensors"),
    8: Field("sparse_tensor_type", PART, refused=_SPARSE),
    9: Field("optional_type", PART, refused=_OPTIONAL),
}
TENSOR_TYPE = {1: Field("elem_type", INT), 2: Field("shape", PART)}
SHAPE = {1: Field("dim", PART, repeated=True, most=16)}
DIMENSION = {1: Field("dim_value", INT), 2: Field("dim_param", TEXT), 3: Field("denotation", SKIP)}
