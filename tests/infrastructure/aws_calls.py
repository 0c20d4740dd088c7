"""Which operations of AWS the code calls, by what way: read from the code, with the types that mypy finds.

mypy knows of what class the receiver of a call is, so `lake.delete(keys)` leads to `Lake.delete`, and
`cards.delete(key)` doesn't. The clients of boto3 and PyIceberg have no types: `CLIENTS` says where they are.
"""

import ast
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from botocore import xform_name
from botocore.session import Session
from mypy import build, nodes, types
from mypy.modulefinder import BuildSource
from mypy.options import Options
from mypy.traverser import NameAndMemberCollector

PROJECT = Path(__file__).parents[2]
CODE = {"": PROJECT / "lambda_src", "model_training.": PROJECT / "model_training"}
# Attributes with a client that has no types, and arguments, by their class or module: of which service.
CLIENTS = {
    "lake.kept.table": "iceberg",
    "lake.objects.client": "s3",
    "lake.table.ReviewTable._table": "iceberg",
    "loader.handler.Loader._jobs": "lambda",
    "loader.handler.Loader._queue": "sqs",
    "model_training.registry.lake.Lake._client": "s3",
    "model_training.reload.record.Record._client": "dynamodb",
    "operations.alarms.Alarms._cloudwatch": "cloudwatch",
    "operations.cost.Cost._budgets": "budgets",
    "operations.moves.Moves._jobs": "lambda",
    "operations.objects.Objects._s3": "s3",
    "operations.runs.Runs._states": "stepfunctions",
}
# What speaks to AWS without boto3, or with a client of its own, and what it calls.
SPEAKERS = {
    "inference.s3.S3Reader.get": ("s3", "get_object"),
    "inference.s3.S3Reader.is_missing": ("s3", "list_objects_v2"),
    "lake.catalog.open_table": ("iceberg", "load_table"),
}
PAGINATOR = "get_paginator"  # its argument names the operation, or a variable does that came as an argument
DYNAMODB_CALL = "memory.dynamodb.DynamoDB.call"  # its first argument names the operation
# Keys of requests that say what is to be done where the operation's name doesn't, by their class.
REQUESTS = {
    "memory.table.Table": {
        "Put": ("dynamodb", "put_item"),
        "Delete": ("dynamodb", "delete_item"),
        "ConditionCheck": ("dynamodb", "condition_check_item"),
    },
    "model_training.registry.lake.Lake": {"VersionId": ("s3", "delete_object_version")},
}


class Call(NamedTuple):
    """A call of an operation.

    Attributes
    ----------
    service : str
        boto3's name of it, or ``iceberg``.
    operation : str
        In boto3's spelling.
    where : str
        File and line.
    """

    service: str
    operation: str
    where: str


class Part:
    """A function, a class's own attributes or a variable: what it refers to, and what it calls."""

    def __init__(self) -> None:
        self.refers_to: set[str] = set()
        self.calls: set[Call] = set()


class Code:
    """The code of the functions and commands: its parts by their full names."""

    def __init__(self) -> None:
        sources = {source.module: source.path for source in _sources()}
        result = build.build(list(_sources()), _options())
        self.parts: dict[str, Part] = {}
        self._classes: dict[str, nodes.TypeInfo] = {}
        self._subclasses: dict[str, set[str]] = defaultdict(set)
        for module in sources:
            for symbol in result.files[module].names.values():
                if isinstance(symbol.node, nodes.TypeInfo):
                    self._add_class(symbol.node)
        for module, path in sources.items():
            _File(self, module, path, result.files[module], result.types).read()

    def _add_class(self, found: nodes.TypeInfo) -> None:
        self._classes[found.fullname] = found
        for base in found.mro:
            self._subclasses[base.fullname].add(found.fullname)

    def reached(self, entries: Iterable[str]) -> dict[Call, str]:
        """Return every call that is reached from some functions, and the way there.

        Raises
        ------
        KeyError
            If there is no such function.
        """
        ways = {entry: entry.rpartition(".")[2] for entry in entries}
        waiting: deque[str] = deque(ways)
        found: dict[Call, str] = {}
        while waiting:
            name = waiting.popleft()
            for call in self.parts[name].calls:
                found.setdefault(call, ways[name])
            for each in self.parts[name].refers_to:
                for target in (each, *self._special_methods(each)):
                    if target in self.parts and target not in ways:
                        ways[target] = f"{ways[name]} → {target.rpartition('.')[2]}"
                        waiting.append(target)
        return found

    def _special_methods(self, name: str) -> Iterator[str]:
        """Yield those of a class: whoever makes an instance may call them unseen."""
        bases = self._classes[name].mro if name in self._classes else ()
        yield from (f"{base.fullname}.{each}" for base in bases for each in base.names if each[:2] == "__")

    def methods(self, owner: nodes.TypeInfo, name: str) -> Iterator[str]:
        """Yield the methods that a name may be of an instance of a class, which may be a subclass's."""
        below = [self._classes[each] for each in self._subclasses[owner.fullname]]
        if owner.is_protocol:
            wanted = set(owner.protocol_members)
            below += [each for each in self._classes.values() if wanted <= _members(each)]
        yield from (f"{each.fullname}.{name}" for each in (*owner.mro, *below) if name in each.names)


class _File(ast.NodeVisitor):
    """Reads a file's parts."""

    def __init__(
        self,
        code: Code,
        module: str,
        path: str,
        tree: nodes.MypyFile,
        types_of: Mapping[nodes.Expression, types.Type],
    ) -> None:
        self._code, self._module, self._path, self._tree = code, module, Path(path), tree
        found = NameAndMemberCollector()
        tree.accept(found)
        self._names = {_place(each): each.fullname for each in (*found.name_exprs, *found.member_exprs)}
        self._classes = {_place(each): set(_classes(types_of.get(each.expr))) for each in found.member_exprs}
        self._owner, self._part = "", Part()

    def read(self) -> None:
        self._read(ast.parse(self._path.read_bytes()).body, self._module)

    def _read(self, statements: Iterable[ast.stmt], scope: str) -> None:
        for each in statements:
            if isinstance(each, ast.If):
                self._read([*each.body, *each.orelse], scope)
            elif isinstance(each, ast.ClassDef):
                self._owner = f"{scope}.{each.name}"
                self._code.parts.setdefault(self._owner, Part())
                self._read(each.body, self._owner)
                self._owner = ""
            elif isinstance(each, ast.FunctionDef):
                self._read_part(f"{scope}.{each.name}", each)
            elif isinstance(each, ast.Assign | ast.AnnAssign):
                targets = each.targets if isinstance(each, ast.Assign) else [each.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        self._read_part(self._owner or f"{scope}.{target.id}", each)

    def _read_part(self, name: str, node: ast.AST) -> None:
        self._part = self._code.parts.setdefault(name, Part())
        if name in SPEAKERS:
            self._call(*SPEAKERS[name], node)
        self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self._part.refers_to.add(self._names.get(_place_of(node), ""))

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)  # a client that is kept isn't called

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._part.refers_to |= {self._names.get(_place_of(node), ""), *self._methods(node)}
        if service := self._client(node.value):
            if node.attr != PAGINATOR:
                self._call(service, node.attr, node)
            return
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        words = {
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        }
        if isinstance(node.func, ast.Attribute):
            if DYNAMODB_CALL in self._methods(node.func):
                for word in words:
                    self._call("dynamodb", xform_name(word), node)
            service = self._client(node.func.value)
            if service and "VersionId" in {keyword.arg for keyword in node.keywords}:
                self._call(service, f"{node.func.attr}_version", node)
                return
        # An operation's name goes to a paginator, perhaps by way of a method of the same class.
        for name, service in CLIENTS.items():
            for word in words & operations(service) if name.rpartition(".")[0] == self._owner else ():
                self._call(service, word, node)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key in node.keys:
            if isinstance(key, ast.Constant) and key.value in REQUESTS.get(self._owner, ()):
                self._call(*REQUESTS[self._owner][key.value], node)
        self.generic_visit(node)

    def _methods(self, node: ast.Attribute) -> set[str]:
        owners = self._classes.get(_place_of(node), ())
        return {each for owner in owners for each in self._code.methods(owner, node.attr)}

    def _client(self, node: ast.expr) -> str | None:
        """Return the service whose client an attribute or an argument is."""
        if isinstance(node, ast.Name):
            return CLIENTS.get(f"{self._module}.{node.id}")
        owners = self._classes.get(_place_of(node), ()) if isinstance(node, ast.Attribute) else ()
        found = (CLIENTS.get(f"{owner.fullname}.{node.attr}") for owner in owners)
        return next(filter(None, found), None)

    def _call(self, service: str, operation: str, at: ast.AST) -> None:
        where = f"{self._path.relative_to(PROJECT)}:{getattr(at, 'lineno', 0)}"
        self._part.calls.add(Call(service, operation, where))


def _members(owner: nodes.TypeInfo) -> set[str]:
    return {name for base in owner.mro for name in base.names}


def _place(found: nodes.Context) -> tuple[int, int, int | None, int | None]:
    return found.line, found.column, found.end_line, found.end_column


def _place_of(node: ast.expr) -> tuple[int, int, int | None, int | None]:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


@cache
def operations(service: str) -> frozenset[str]:
    """Return the operations of a service, in boto3's spelling."""
    session = Session()
    if service not in session.get_available_services():
        return frozenset()
    return frozenset(map(xform_name, session.get_service_model(service).operation_names))


def _sources() -> Iterator[BuildSource]:
    for prefix, folder in CODE.items():
        for path in sorted(folder.rglob("*.py")):
            words = path.relative_to(folder).with_suffix("").parts
            name = prefix + ".".join(word for word in words if word != "__init__")
            yield BuildSource(str(path), name.removesuffix("."))


def _options() -> Options:
    options = Options()
    options.export_types = options.preserve_asts = options.check_untyped_defs = True
    options.incremental = False
    # Libraries aren't read, which would take a minute; that is why `CLIENTS` is needed.
    options.python_executable, options.ignore_missing_imports = None, True
    options.mypy_path, options.explicit_package_bases = [str(CODE[""])], True
    return options


def _classes(found: types.Type | None) -> Iterator[nodes.TypeInfo]:
    """Yield the classes of which a value of this type may be."""
    proper = types.get_proper_type(found)
    if isinstance(proper, types.UnionType):
        for item in proper.items:
            yield from _classes(item)
    elif isinstance(proper, types.TypeVarType):
        yield from _classes(proper.upper_bound)
    elif isinstance(proper, types.TypeType):
        yield from _classes(proper.item)
    elif isinstance(proper, types.CallableType) and proper.is_type_obj():
        yield from _classes(proper.ret_type)
    elif isinstance(proper, types.TupleType):
        yield proper.partial_fallback.type
    elif isinstance(proper, types.Instance):
        yield proper.type
