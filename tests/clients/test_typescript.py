"""The TypeScript package installs as it is, its README works, and wrong programs don't compile."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.robustness.gateway import API_KEY, DOCUMENT

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
PACKAGE = PROJECT / "clients" / "typescript"
README = (PACKAGE / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```ts\n(.*?)```", README, re.DOTALL)
LINES = [4, 6, 1, 3, 1]  # that each example prints
# Mistakes in the examples: the right text, and the wrong one that replaces it.
MISTAKES = {
    "string_for_a_number": ("difficulty: 5.5 }", 'difficulty: "5.5" }'),
    "missing_input": ("review_count: 4, ", ""),
    "unknown_option": ("points: 200", "point: 200"),
    "unknown_result": ("ranking[0]?.index", "ranking[0]?.place"),
    "result_of_a_list": ("(await recall.predict(card)).recall", "(await recall.predict([card])).recall"),
    "rating_that_does_not_exist": ("rating: 3 }", "rating: 5 }"),
    "rating_of_an_outcome": ("  rating: 3,", "  rating: 0,"),
    "unknown_method": ("recall.health(", "recall.healthy("),
    "unknown_method_of_a_learner": ("learner.undo(", "learner.undone("),
    "unknown_order": ("{ limit: 20 }", '{ order: "name" }'),
    "rating_of_an_answer": ("rating: 3, reviewed_at", "rating: 5, reviewed_at"),
    "due_time_that_is_missing": ("for_each_rating?.again", "for_each_rating.again"),
}
STRICT = {
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "target": "es2022",
    "module": "nodenext",
    "lib": ["es2022", "dom"],
    "types": [],
}
NODE = "declare const process: { env: Record<string, string | undefined> };\n"


def run(*command, cwd=PROJECT, **environment):
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """Make an app that has a copy of the package installed, by npm and without a network."""
    folder = tmp_path_factory.mktemp("app")
    shutil.copytree(PACKAGE, folder / "clients" / "typescript")
    (folder / "package.json").write_text('{"type": "module"}')
    done = run("npm", "install", "--offline", "./clients/typescript", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_declarations_are_what_the_generator_makes_of_the_document_and_the_source():
    done = run("npm", "run", "--silent", "types", "--", "--check")

    assert done.returncode == 0, f"{done.stdout}{done.stderr}\ngenerate them again: npm run types"


@pytest.fixture(scope="module")
def errors(app):
    """Compile the README's examples and the mistakes, and give what the compiler says of each file."""
    files = dict(enumerate(EXAMPLES))
    for name, (right, wrong) in MISTAKES.items():
        files[name] = next(example for example in EXAMPLES if right in example).replace(right, wrong, 1)
    for name, text in files.items():
        (app / f"{name}.mts").write_text(NODE + text, encoding="utf-8")
    settings = {"compilerOptions": STRICT, "files": [f"{name}.mts" for name in files]}
    (app / "tsconfig.json").write_text(json.dumps(settings))
    done = run(PROJECT / "node_modules" / ".bin" / "tsc", "--project", app)
    found = {str(name): [] for name in files}
    for line in done.stdout.splitlines():
        found.setdefault(Path(line.partition("(")[0]).stem, []).append(line)
    return found


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_of_the_readme_compiles_and_prints_what_the_service_responds(
    app, errors, endpoint_of_today, number
):
    done = run("node", app / f"{number}.mjs", RECALL_ENDPOINT=endpoint_of_today, RECALL_API_KEY=API_KEY)

    assert errors[str(number)] == []
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == LINES[number]
    assert "undefined" not in done.stdout


def test_programs_that_break_the_contract_do_not_compile(errors):
    wrong = {name for name, lines in errors.items() if any("error TS" in line for line in lines)}

    assert wrong == set(MISTAKES)


def test_packed_package_holds_the_source_and_the_declarations(app):
    done = run("npm", "pack", "--dry-run", "--json", cwd=app / "clients" / "typescript")
    files = {file["path"] for file in json.loads(done.stdout)[0]["files"]}
    kept = {
        str(path.relative_to(PACKAGE)) for folder in ("src", "types") for path in (PACKAGE / folder).iterdir()
    }

    assert files == kept | {"package.json", "README.md"}


def test_shapes_are_the_required_fields_of_the_document():
    code = f'import {{ SHAPES }} from "{PACKAGE}/src/shapes.js"; console.log(JSON.stringify(SHAPES))'
    shapes = json.loads(run("node", "--input-type=module", "--eval", code).stdout)
    schemas = DOCUMENT["components"]["schemas"]

    assert shapes
    for name, shape in shapes.items():
        assert set(shape) == set(schemas[name]["required"]), name


def test_units_pass_in_node():
    done = run("node", "--test", Path(__file__).with_name("typescript.test.mjs"))

    assert done.returncode == 0, done.stdout
