"""Every `aws …` of the README, the runbook and the teardown is a command that AWS's CLI has."""

import re
import shlex
from pathlib import Path

import botocore.session
from botocore import xform_name

PROJECT = Path(__file__).parents[2]
SERVICES = {"deploy": "codedeploy", "s3api": "s3"}  # where the CLI has another name than the API
EVERYWHERE = {"--query", "--output"}


def commands():
    """Return every `aws …` of the pages: the lines of blocks (continued ones joined), and in the text."""
    found = []
    pages = [
        "README.md",
        "docs/runbook.md",
        "docs/teardown.md",
        *sorted((PROJECT / "docs" / "runbook").glob("*.md")),
    ]
    for page in pages:
        text = (PROJECT / page).read_text(encoding="utf-8").replace("\\\n", " ")
        fences = text.split("```")
        found += [line for block in fences[1::2] for line in block.splitlines() if line.startswith("aws ")]
        found += [c for prose in fences[0::2] for c in re.findall(r"`(aws [^`]+)`", prose)]
    return found


def test_pages_have_the_kill_switch():
    assert any(
        "put-function-concurrency" in c and "--reserved-concurrent-executions 0" in c for c in commands()
    )
    assert any("update-stage" in c and "throttling/rateLimit,value=0" in c for c in commands())


def unknown_parameters(command):
    """Return a command's options that the CLI doesn't know, and those that it needs beside them."""
    _aws, service, operation, *rest = shlex.split(command, comments=True)
    model = botocore.session.get_session().get_service_model(SERVICES.get(service, service))
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[operation]).input_shape
    # What is true or false is turned off with --no-.
    given = {re.sub("^--no-", "--", word) for word in rest if word.startswith("--")} - EVERYWHERE
    known, required = (
        {f"--{xform_name(name, '-')}" for name in names} for names in (shape.members, shape.required_members)
    )
    return (given - known) | (required - given)


def test_commands_are_of_the_cli_with_parameters_that_it_knows():
    wrong = {command: unknown_parameters(command) for command in commands()}

    assert {command: names for command, names in wrong.items() if names} == {}
