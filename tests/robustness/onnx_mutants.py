"""Damaged and hostile ONNX files, made from whole ones: bytes at random, and protobuf fields with sense."""

import random

from onnx import AttributeProto, ModelProto, TensorProto, helper

from onnx_models.operators import RULES

OPERATORS = sorted(RULES)
NUMBERS = (
    -(2**63),
    -(2**31),
    -7,
    -2,
    -1,
    0,
    1,
    2,
    3,
    5,
    8,
    64,
    255,
    4096,
    2**31 - 1,
    2**31,
    2**62,
    2**63 - 1,
)
FLOATS = (0.0, -1.0, 1e-30, 1e38, float("nan"), float("inf"))
KINDS = (1, 6, 7, 9, 10, 11, 8, 0, 99)


def mutant(seed: int, models: list[bytes]) -> bytes:
    """Return the file of this seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    data = chance.choice(models)
    way = chance.choice((flipped, cut, spliced, shifted, *(changed,) * 12))
    return way(chance, data, models)


def flipped(chance, data, _models):
    found = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def cut(chance, data, _models):
    return data[: chance.randrange(len(data))]


def spliced(chance, data, models):
    other = chance.choice(models)
    start = chance.randrange(len(other))
    return data[: chance.randrange(len(data))] + other[start : start + chance.randrange(len(other))]


def shifted(chance, data, _models):
    """Repeat or leave out a part."""
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.randint(1, 60))
    return data[:start] + data[start:end] * chance.choice((0, 2, 50)) + data[end:]


def changed(chance, data, _models):
    """Change one to three fields of the message, so that the file stays a file."""
    model = ModelProto.FromString(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        chance.choice(CHANGES)(chance, model.graph, model)
    return model.SerializeToString()


def other_operator(chance, graph, _model):
    node = chance.choice(graph.node)
    node.domain, node.op_type = chance.choice(OPERATORS)
    del node.attribute[:]


def other_wire(chance, graph, _model):
    node = chance.choice(graph.node)
    if node.input:
        node.input[chance.randrange(len(node.input))] = chance.choice(names(graph))


def more_wires(chance, graph, _model):
    chance.choice(graph.node).input.append(chance.choice(["", *names(graph)]))


def fewer_wires(chance, graph, _model):
    node = chance.choice(graph.node)
    if node.input:
        del node.input[chance.randrange(len(node.input))]


def new_node(chance, graph, _model):
    """Put an operator between a value and one of its users."""
    place = chance.randrange(len(graph.node))
    user = graph.node[place]
    if not user.input:
        return
    node = type(user)()
    node.domain, node.op_type = chance.choice(OPERATORS)
    which = chance.randrange(len(user.input))
    known = [*(info.name for info in graph.input), *(tensor.name for tensor in graph.initializer)]
    known += [name for earlier in list(graph.node)[:place] for name in earlier.output]
    known += [new_constant(chance, graph) for _ in range(4)]
    node.input.extend([user.input[which], *chance.choices(known, k=chance.choice((0, 0, 1, 1, 1, 2, 3)))])
    node.output.append(f"new{chance.random()}")
    if chance.random() < 0.3:
        some_attribute(chance, node)
    user.input[which] = node.output[0]
    nodes = [*list(graph.node)[:place], node, *list(graph.node)[place:]]
    copies = [type(user).FromString(each.SerializeToString()) for each in nodes]
    del graph.node[:]
    graph.node.extend(copies)


def new_constant(chance, graph):
    """Add a short list of integers, as operators take them for axes, shapes and indices; return its name."""
    numbers = chance.choices(
        (-1, 0, 1, 2, 3, 64, 2**40), (4, 4, 6, 3, 3, 1, 1), k=chance.choice((1, 1, 1, 2, 3))
    )
    name = f"constant{chance.random()}"
    graph.initializer.append(helper.make_tensor(name, TensorProto.INT64, [len(numbers)], numbers))
    return name


def swapped_nodes(chance, graph, _model):
    node = chance.choice(graph.node)
    graph.node.append(node)
    graph.node.remove(node)


def doubled_node(chance, graph, _model):
    graph.node.append(chance.choice(graph.node))


def other_attribute(chance, graph, _model):
    attributes = [attribute for node in graph.node for attribute in node.attribute]
    if not attributes:
        return
    attribute = chance.choice(attributes)
    for listed, values in ((attribute.ints, NUMBERS), (attribute.floats, FLOATS)):
        if listed:
            way = chance.randrange(3)
            if way == 0:
                listed[chance.randrange(len(listed))] = chance.choice(values)
            elif way == 1:
                listed.append(chance.choice(values))
            else:
                del listed[chance.randrange(len(listed))]
    if attribute.type == AttributeProto.INT:
        attribute.i = chance.choice(NUMBERS)
    if attribute.strings:
        attribute.strings[chance.randrange(len(attribute.strings))] = chance.choice((b"LEAF", b"BRANCH_LEQ"))
    if chance.random() < 0.1:
        attribute.type = chance.choice((0, 1, 2, 3, 4, 6, 7, 8))
    if chance.random() < 0.1:
        attribute.name = chance.choice(("axis", "axes", "to", "keepdims", "value", "equation", "perm"))


def new_attribute(chance, graph, _model):
    some_attribute(chance, chance.choice(graph.node))


def some_attribute(chance, node):
    attribute = node.attribute.add()
    attribute.name = chance.choice(
        ("axis", "axes", "to", "keepdims", "k", "perm", "split", "alpha", "equation")
    )
    attribute.type = chance.choice((AttributeProto.INT, AttributeProto.INTS, AttributeProto.STRING))
    attribute.i = chance.choice(NUMBERS)
    attribute.ints.extend(chance.choices(NUMBERS, k=chance.randint(0, 3)))
    attribute.s = chance.choice((b"ij,jk->ik", b"ij->i", b"i...->i", b""))
    for field, kind in (
        ("i", AttributeProto.INT),
        ("ints", AttributeProto.INTS),
        ("s", AttributeProto.STRING),
    ):
        if attribute.type != kind:
            attribute.ClearField(field)


def other_dims(chance, graph, _model):
    if graph.initializer:
        dims = chance.choice(graph.initializer).dims
        if dims and chance.random() < 0.7:
            dims[chance.randrange(len(dims))] = chance.choice(NUMBERS)
        elif len(dims) > 1:
            dims[0], dims[-1] = dims[-1], dims[0]
        else:
            dims.append(chance.choice((1, 1, 2, -1)))


def other_constant(chance, graph, _model):
    """Replace a constant by another list of integers or floats that fits itself."""
    if not graph.initializer:
        return
    tensor = chance.choice(graph.initializer)
    count = chance.randint(0, 4)
    tensor.ClearField("raw_data")
    del tensor.dims[:]
    tensor.dims.append(count)
    if tensor.data_type == TensorProto.INT64:
        tensor.int64_data.extend(chance.choices(NUMBERS, k=count))
    else:
        tensor.data_type = TensorProto.FLOAT
        tensor.float_data.extend(chance.choices(FLOATS, k=count))


def other_kind(chance, graph, _model):
    kind = chance.choice(KINDS)
    if graph.initializer and chance.random() < 0.5:
        chance.choice(graph.initializer).data_type = kind
    else:
        chance.choice([*graph.input, *graph.output]).type.tensor_type.elem_type = kind


def other_shape(chance, graph, _model):
    info = chance.choice([*graph.input, *graph.output])
    dim = chance.choice([*info.type.tensor_type.shape.dim] or [info.type.tensor_type.shape.dim.add()])
    dim.dim_value = chance.choice(NUMBERS)


def other_version(chance, _graph, model):
    chance.choice(model.opset_import).version = chance.randint(0, 30)


def names(graph):
    made = [name for node in graph.node for name in node.output]
    return [*made, *(info.name for info in graph.input), *(tensor.name for tensor in graph.initializer)]


CHANGES = (
    *(new_node,) * 12,
    *(other_operator, other_operator, other_wire, other_attribute, other_attribute, other_constant),
    *(more_wires, fewer_wires, swapped_nodes, doubled_node, new_attribute, other_dims, other_kind),
    *(other_shape, other_version),
)
