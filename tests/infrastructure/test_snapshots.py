"""Every stack of every stage. `pytest --snapshot-update` takes an intended change over."""

import json
import re

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from tests.infrastructure.conftest import STACKS, STAGES

# Only the stage `local` collects reviews, remembers learners and reads texts.
TEMPLATES = [(stage, stack) for stage in STAGES for stack in STACKS] + [
    ("local", "Learning"),
    ("local", "Memory"),
    ("local", "Text"),
]
# These logical ids end in a hash of what they stand for, code included.
HASHED_IDS = ("AWS::Lambda::Version", "AWS::ApiGateway::Deployment")


def normalise(template):
    """Replace the hashes that follow the code's bytes, so that only intended changes show."""
    text = json.dumps(template, sort_keys=True)
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] in HASHED_IDS:
            text = text.replace(logical_id, re.sub(r"[0-9a-f]{32}$", "<hash>", logical_id))
    return json.loads(re.sub(r"\b[0-9a-f]{64}\b", "<asset>", text))


@pytest.mark.parametrize(
    ("stage", "stack"), TEMPLATES, ids=[f"{stack}-{stage}" for stage, stack in TEMPLATES]
)
def test_template_is_the_one_that_was_reviewed(templates, snapshot, stage, stack):
    shown = snapshot.use_extension(JSONSnapshotExtension)
    assert normalise(templates(stage)[stack]) == shown(name=f"{stage}-{stack}")


def test_normalised_template_stays_still_when_only_code_bytes_change():
    before = {"Resources": {"V" + "0" * 32: {"Type": "AWS::Lambda::Version", "Hash": "a" * 64}}}
    after = {"Resources": {"V" + "1" * 32: {"Type": "AWS::Lambda::Version", "Hash": "b" * 64}}}
    other = {"Resources": {"W" + "1" * 32: {"Type": "AWS::Lambda::Version", "Hash": "b" * 64}}}

    assert normalise(before) == normalise(after)
    assert normalise(after) != normalise(other)
