"""Checks an ONNX file before onnxruntime reads it: form, operators, sizes and work, for every number of rows.

Rows are evaluated in batches of `ROWS`, filled up with copies of the last one, so that every size that a
tensor can have is known here, from the file alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onnx_models import signature
from onnx_models.call import Call
from onnx_models.onnx_file import read_model
from onnx_models.operators import CHECKS, ML, MOVEMENTS, PRODUCTS, RULES, VARIADIC, refusal
from onnx_models.protobuf import too_large
from onnx_models.reduction import products
from onnx_models.signature import Feed
from onnx_models.values import INTEGERS, SIZES, UnfitError, Value
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.model_size import LARGEST_BYTES, MEBIBYTE

if TYPE_CHECKING:
    from onnx_models.onnx_file import Graph, Model, Node
    from onnx_models.wire import Bytes

# The numbers of rows that a model is run with.
ROWS = (1, 8, 64)
# onnxruntime 1.32: https://onnxruntime.ai/docs/reference/compatibility.html. Before opset 7, operators had
# other rules of broadcasting.
OPSETS = {"": range(7, 29), ML: range(1, 6)}
MAXIMUM_IR_VERSION = 14
# Of all tensors that a run makes, at the most rows: a network whose weights are cast once makes its own size.
MOST_BYTES = 64 * MEBIBYTE
BYTES_PER_FILE_BYTE = 4
# Operations of a run at the most rows, about a second of one processor. Each weight of a dense network, 4
# bytes of the file, is multiplied once with each row.
MOST_OPERATIONS = 2**30
OPERATIONS_PER_FILE_BYTE = ROWS[-1]
# A model is tried on as many cards one by one, too, which takes a run each: not all of it may be as much work
# for one row as for all.
MOST_RUNS = 16
MOST_DIMENSIONS = 16
_OPERATIONS_PER_ELEMENT = 8  # about what an exponential takes
# A forest's lists took 5.6 times their size while they were loaded, a network's weights twice theirs. What a
# skops file holds takes three times its size: then the same limit counts the same.
ATTRIBUTE_COPIES = 2
_ATTRIBUTE_BYTES = 8
_WORD_BYTES = 40  # a text of a list, in onnxruntime


class Checked(NamedTuple):
    """A file that may be given to onnxruntime.

    Attributes
    ----------
    feeds : list of Feed
        Its inputs.
    output : str
        The output to read.
    producer : str
        What wrote it.
    opsets : dict of str to int
        Its operators' versions, by their domain.
    operators : list of str
        The operators that it has.
    size : int
        Its bytes, as a file or as onnxruntime holds it, whichever is more.
    """

    feeds: list[Feed]
    output: str
    producer: str
    opsets: dict[str, int]
    operators: list[str]
    size: int


def check(data: Bytes, maximum_bytes: int = LARGEST_BYTES) -> Checked:
    """Refuse any file but an ONNX model of the three features that can do no harm.

    Parameters
    ----------
    data : bytes or mmap.mmap
        The whole file.
    maximum_bytes : int, optional
        The size that it may have, as a file and as onnxruntime holds it; by default that of the largest
        model which a function can serve.

    Raises
    ------
    DamagedArtifactError
        If it isn't an ONNX file, or not a whole one.
    UnsupportedArtifactError
        If it is, but must not or cannot be served: the message says why, and what to do.
    """
    if len(data) > maximum_bytes:
        raise too_large(len(data), maximum_bytes)
    model = read_model(data, maximum_bytes)
    held = sum(_bytes(constant.value) for constant in model.graph.constants)
    held += ATTRIBUTE_COPIES * sum(map(_attribute_bytes, model.graph.nodes))
    if held > maximum_bytes:
        raise too_large(held, maximum_bytes)
    _check_versions(model)
    for node in model.graph.nodes:
        if (node.domain, node.op) not in RULES:
            raise UnsupportedArtifactError(
                f"the ONNX model has the operator {node.title}, which isn't served: "
                f"{refusal(node.domain, node.op)}"
            )
    _check_names(model.graph)
    inputs, output = signature.feeds(model.graph), signature.output(model.graph)
    for rows in ROWS:
        results = follow(model.graph, inputs, rows, len(data))
        if output not in results:
            raise DamagedArtifactError("the ONNX file's output is computed by no operator: export it again")
        signature.check_output(results[output], rows)
    operators = sorted({node.title for node in model.graph.nodes})
    return Checked(inputs, output, model.producer, model.opsets, operators, max(len(data), held))


def _check_versions(model: Model) -> None:
    if not 0 < model.ir_version <= MAXIMUM_IR_VERSION:
        raise UnsupportedArtifactError(
            f"the ONNX file is of IR version {model.ir_version}, known are 1 to {MAXIMUM_IR_VERSION}: export "
            "it with an older opset, such as 20"
        )
    for domain in {node.domain for node in model.graph.nodes if node.domain in OPSETS}:
        version, known = model.opsets.get(domain), OPSETS[domain]
        if version not in known:
            raise UnsupportedArtifactError(
                f"the ONNX model's opset of {domain or 'ai.onnx'} is {version}, served are {known[0]} to "
                f"{known[-1]}: export it with another one"
            )


def _check_names(graph: Graph) -> None:
    """Check that every value has one name, and is made before it is used: so nothing goes round."""
    made = {info.name for info in graph.inputs} | {constant.name for constant in graph.constants}
    names = [constant.name for constant in graph.constants]
    if len(set(names)) < len(names) or len({info.name for info in graph.inputs}) < len(graph.inputs):
        raise DamagedArtifactError("the ONNX file has two values of one name: export it again")
    for node in graph.nodes:
        missing = [name for name in node.inputs if name and name not in made]
        if missing:
            raise DamagedArtifactError(
                f"the ONNX file's {node.title} uses {missing[0][:80]!r} before it is made: export it again"
            )
        for name in filter(None, node.outputs):
            if name in made:
                raise DamagedArtifactError(f"the ONNX file makes {name[:80]!r} twice: export it again")
            made.add(name)


def follow(graph: Graph, inputs: list[Feed], rows: int, file_bytes: int) -> dict[str, Value]:
    """Follow types and shapes through a graph.

    Parameters
    ----------
    graph : Graph
        Of operators in `RULES`, each after those whose results it uses.
    inputs : list of Feed
        What it is given.
    rows : int
        With so many rows.
    file_bytes : int
        The size of its file, which the limits grow with.

    Returns
    -------
    dict
        Every value by name.

    Raises
    ------
    UnsupportedArtifactError
        If an operator can't be computed, or the limits of size or work are passed.
    """
    results = {constant.name: constant.value for constant in graph.constants}
    results.update(signature.values(inputs, rows))
    size = sum(map(_bytes, results.values())) + sum(map(_attribute_bytes, graph.nodes))
    operations = 0
    share = min(1.0, MOST_RUNS * rows / ROWS[-1])
    most_operations = share * (MOST_OPERATIONS + OPERATIONS_PER_FILE_BYTE * file_bytes)
    for node in graph.nodes:
        call = Call(node, [results[name] if name else None for name in node.inputs])
        made = _evaluate(call, checked=rows == ROWS[0])
        size += sum(map(_bytes, made))
        operations += _operations(call, made)
        if size > MOST_BYTES + BYTES_PER_FILE_BYTE * file_bytes:
            raise UnsupportedArtifactError(
                f"the ONNX model makes tensors of more than {MOST_BYTES // MEBIBYTE} MiB and "
                f"{BYTES_PER_FILE_BYTE} times its file for {rows} rows (at its {node.title}): export a "
                "smaller one"
            )
        if operations > most_operations:
            raise UnsupportedArtifactError(
                f"the ONNX model takes too many operations for {rows} rows (at its {node.title}): "
                "export a smaller one"
            )
        results.update(zip(node.outputs, made, strict=False))
    return results


def _evaluate(call: Call, *, checked: bool) -> list[Value]:
    node = call.node
    problem = ""
    made: list[Value] = []
    # Lists of axes may be empty.
    empty = any(
        value is not None and value.size == 0 and (position == 0 or value.kind not in INTEGERS)
        for position, value in enumerate(call.inputs)
    )
    try:
        made = RULES[node.domain, node.op](call)
        if checked and (node.domain, node.op) in CHECKS:
            CHECKS[node.domain, node.op](call)
    except UnfitError as error:
        problem = str(error)[:400]  # it may quote a list of millions
    if any(value.rank > MOST_DIMENSIONS for value in made):
        problem = f"a result has more than {MOST_DIMENSIONS} dimensions"
    if empty and (node.domain or node.op not in MOVEMENTS):
        problem = "it is given a tensor without elements"
    elif len(node.outputs) > len(made):
        problem = problem or f"it has {len(node.outputs)} outputs, at most {len(made)} are known"
    if problem:
        raise UnsupportedArtifactError(f"the ONNX model's {node.title} can't be served: {problem}")
    return made


def _operations(call: Call, made: list[Value]) -> int:
    read = sum(value.size for value in call.inputs if value is not None)
    operations = read + _OPERATIONS_PER_ELEMENT * sum(value.size for value in made)
    if call.node.op in VARIADIC:  # an input after the other goes over the whole result
        operations += len(call.inputs) * made[0].size
    if call.node.op in PRODUCTS:
        operations += products(call, made)
    if (call.node.domain, call.node.op) in CHECKS:
        # A row visits fewer nodes of a tree than it has.
        operations += call.input().dims[0] * len(call.node.attributes.get("nodes_modes", ()))
    return operations


def _bytes(value: Value) -> int:
    return value.size * SIZES[value.kind]


def _attribute_bytes(node: Node) -> int:
    """Return about what a node's lists take in onnxruntime."""
    lists = [value for value in node.attributes.values() if hasattr(value, "__len__")]
    return sum(len(value) * (_WORD_BYTES if isinstance(value, list) else _ATTRIBUTE_BYTES) for value in lists)
