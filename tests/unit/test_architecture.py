"""Who may import whom, read from the source: training and inference on estimators on recall."""

import ast
import json
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROOMS = {
    "recall": PROJECT / "lambda_src" / "recall",
    "estimators": PROJECT / "lambda_src" / "estimators",
    "onnx_models": PROJECT / "lambda_src" / "onnx_models",
    "http_kit": PROJECT / "lambda_src" / "http_kit",
    "aws_kit": PROJECT / "lambda_src" / "aws_kit",
    "bundle": PROJECT / "lambda_src" / "bundle",
    "inference": PROJECT / "lambda_src" / "inference",
    "memory": PROJECT / "lambda_src" / "memory",
    "lake": PROJECT / "lambda_src" / "lake",
    "canary": PROJECT / "lambda_src" / "canary",
    "loader": PROJECT / "lambda_src" / "loader",
    "text": PROJECT / "lambda_src" / "text",
    "operations": PROJECT / "lambda_src" / "operations",
    "model_training": PROJECT / "model_training",
    "layer_build": PROJECT / "layer_build",
    "stacks": PROJECT / "stacks",
    "tools": PROJECT / "tools",
}
MAY_IMPORT = {
    "recall": set(),
    "estimators": {"recall"},
    "onnx_models": {"recall"},
    "http_kit": {"recall"},
    "aws_kit": {"recall"},
    "bundle": set(),
    # estimators and onnx_models only for a pointer to such a model: the cold path is below
    "inference": {"aws_kit", "bundle", "estimators", "http_kit", "onnx_models", "recall"},
    "memory": {"aws_kit", "bundle", "http_kit", "inference", "recall"},
    "lake": {"memory", "recall"},
    "canary": {"estimators", "onnx_models", "recall"},
    "loader": {"http_kit", "lake", "memory"},
    "text": {"http_kit", "recall"},
    "operations": {"http_kit", "lake", "recall"},
    "model_training": {
        "estimators",
        "http_kit",
        "lake",
        "memory",
        "onnx_models",
        "recall",
        "tools",
    },  # of the kit: telemetry, for jobs; of the tools: the preflight, power tuning, an account
    "layer_build": set(),
    "stacks": {"lake", "layer_build"},  # the table's columns; targets, and the checks that a synthesis makes
    "tools": {"layer_build", "stacks"},  # the lines of a build; the settings that a bill depends on
}


def imported(path):
    """Return the top-level names that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_only_the_rooms_that_it_may(room):
    found = {name for path in ROOMS[room].rglob("*.py") for name in imported(path)}

    assert (found & set(ROOMS)) - {room} <= MAY_IMPORT[room]


def modules():
    """Return the file of each module of the project's own, by its name."""
    found = {}
    for room, folder in (ROOMS | {"benchmarks": PROJECT / "benchmarks"}).items():
        for path in folder.rglob("*.py"):
            parts = (room, *path.relative_to(folder).with_suffix("").parts)
            if ".cache" in parts:  # packages that `make bench` has installed
                continue
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imported_modules(path, known):
    """Return the modules of the project's own that a file imports, anywhere in it, for type checkers too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= inside & set(known) or {node.module}
    return names & set(known)


def cycles(graph):
    """Return the groups of modules that reach each other, and modules that import themselves."""
    reached = {name: set(names) for name, names in graph.items()}
    for middle in graph:
        for name in graph:
            if middle in reached[name]:
                reached[name] |= reached[middle]
    return {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in graph
        if name in reached[name]
    }


def test_no_module_imports_itself_by_way_of_others():
    """Imports in functions and those for type checkers count as any other."""
    known = modules()

    assert cycles({name: imported_modules(path, known) for name, path in known.items()}) == set()


def test_command_line_takes_only_preflight_power_tuning_and_the_cloud_of_the_tools():
    importing = {path.name for path in ROOMS["model_training"].rglob("*.py") if "tools" in imported(path)}

    assert importing == {"doctor.py", "sign_in.py", "stages.py", "tune.py", "tuned.py"}


@pytest.mark.parametrize("room", ["recall", "http_kit", "aws_kit", "bundle", "inference", "memory"])
def test_served_code_imports_the_standard_library_only(room):
    found = {name for path in ROOMS[room].rglob("*.py") for name in imported(path)}

    assert found - set(ROOMS) <= sys.stdlib_module_names


PURE = {
    *("__future__", "base64", "binascii", "collections", "hashlib", "json", "math", "operator", "struct"),
    "typing",
}


def test_core_does_no_input_or_output():
    found = {name for path in ROOMS["recall"].rglob("*.py") for name in imported(path)}

    assert found - {"recall"} <= PURE


# What a cold start pays for; http.client and ssl only where the model comes from S3.
HEAVY = (
    "typing",
    "dataclasses",
    "inspect",
    "boto3",
    "estimators",
    "onnx_models",
    "numpy",
    "sklearn",
    "skops",
    "pandas",
)
NETWORK = ("http.client", "ssl", "hashlib", "email", "urllib.parse")
COLD_PATH = """
import os, sys
os.environ |= {"MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "Recall", "STAGE": "test", **%r}
from inference.handler import handler
handler({"path": "/v1/health", "httpMethod": "GET"}, None)
print(sorted(set(%r) & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("environment", "unwanted"),
    [
        ({"MODEL_FILE": "/nowhere"}, HEAVY + NETWORK),
        ({"MODEL_BUCKET": "b", "AWS_REGION": "x", "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
          "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s"}, HEAVY[1:]),
    ],
    ids=["model on disk", "model from S3"],
)  # fmt: skip
def test_cold_path_loads_nothing_heavy(environment, unwanted):
    code = COLD_PATH % (environment, unwanted)
    # -S: without the site packages' own .pth imports, as on Lambda.
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=ROOMS["recall"].parent,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "[]"
    assert '"status": 503' in done.stdout


def test_client_of_the_memorys_store_loads_nothing_heavy():
    code = f"import sys, memory.dynamodb; print(sorted(set({HEAVY[1:]}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=ROOMS["recall"].parent,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "[]\n"


# What only some requests need; none of it may delay a cold start that predicts from three inputs.
LAZY = (
    *("datetime", "zlib", "zoneinfo", "inference.histories", "inference.sampled"),
    *(
        "inference.endpoints.schedule",
        "inference.endpoints.docs",
        "recall.card_history",
        "recall.learner_text",
    ),
)
PREDICTION = """
import json, sys
from inference.handler import make_service
settings = {"MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "R", "STAGE": "t"}
service = make_service(settings | {"MODEL_FILE": %r})
card = {"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}
for body in (card, {"cards": [card]}):
    event = {"path": "/v1/predict", "httpMethod": "POST", "headers": {"Content-Type": "application/json"}}
    assert service.respond(event | {"body": json.dumps(body)})["statusCode"] == 200
print(sorted(set(%r) & set(sys.modules)))
"""


def test_prediction_from_three_inputs_loads_nothing_of_the_other_endpoints():
    model = ROOMS["inference"] / "default_model" / "model.json"
    done = subprocess.run(
        [sys.executable, "-S", "-c", PREDICTION % (str(model), LAZY)],
        cwd=ROOMS["recall"].parent,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "[]"


MOST_FILES = 11
# Prints each file of ours that calls into another one during a prediction, with that other one.
ROAD = """
import json, sys
from inference.handler import make_service
settings = {"MODEL_REFRESH_SECONDS": "60", "METRICS_NAMESPACE": "R", "STAGE": "t"}
service = make_service(settings | {"MODEL_FILE": %r})
reviews = [{"at": "2026-11-12T08:15:00Z", "rating": 1}, {"at": "2026-11-13T08:15:00Z", "rating": 3}]
cards = [{"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}, {"reviews": reviews}]
event = {"path": "/v1/predict", "httpMethod": "POST", "headers": {"Content-Type": "application/json"}}
event["body"] = json.dumps({"cards": cards, "now": "2026-11-20T09:00:00Z", "time_zone": "Asia/Tokyo"})
service.respond(event)  # a first request imports what others find imported
ours, calls = %r, set()
def note(frame, happening, _):
    while happening == "call" and frame.f_back:
        called, caller = frame.f_code.co_filename, frame.f_back.f_code.co_filename
        if called.startswith(ours) and caller.startswith(ours) and called != caller:
            calls.add((caller, called))
        frame = frame.f_back
        if caller.startswith(ours):
            break
sys.setprofile(note)
response = service.respond(event)
sys.setprofile(None)
assert response["statusCode"] == 200
print(json.dumps(sorted(calls)))
"""


def test_mixed_prediction_passes_few_files_and_never_calls_back_into_one():
    folder = ROOMS["recall"].parent
    model = ROOMS["inference"] / "default_model" / "model.json"
    done = subprocess.run(
        [sys.executable, "-S", "-c", ROAD % (str(model), str(folder))],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )

    calls = json.loads(done.stdout.splitlines()[-1])
    files = {Path(file).relative_to(folder).as_posix() for call in calls for file in call}
    assert len(files) <= MOST_FILES, files
    order = TopologicalSorter()
    for caller, called in calls:
        order.add(caller, called)
    order.prepare()  # CycleError: a file calls, by a detour, into itself


def test_mypy_reads_every_module_of_the_cdk_that_is_imported():
    """What it isn't told to read would be of any type, and so would everything that is made with it."""
    config = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    read = {
        module
        for override in config["tool"]["mypy"]["overrides"]
        if override.get("follow_imports") == "normal"
        for module in override["module"]
    }
    files = [PROJECT / "app.py", *modules().values()]
    imported = {
        name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "aws_cdk"
        for name in (
            [f"aws_cdk.{each.name}" for each in node.names] if node.module == "aws_cdk" else [node.module]
        )
        if name.startswith(("aws_cdk.aws_", "aws_cdk.cx_api"))
    }

    assert imported
    assert imported <= read
