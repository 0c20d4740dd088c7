"""The evaluator of policies: what IAM's documentation says of them, and an error for what isn't evaluated."""

import pytest

from tests.e2e.roles.policies import Request, allows

LAKE = "arn:aws:s3:::lake"
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{LAKE}/models/*"}
LIST = {
    "Effect": "Allow",
    "Action": ["s3:ListBucket"],
    "Resource": LAKE,
    "Condition": {"StringLike": {"s3:prefix": ["models/current.json", "models/?/m*"]}},
}
DENY = {"Effect": "Deny", "Action": "s3:Get*", "Resource": f"{LAKE}/models/secret"}


@pytest.mark.parametrize(
    ("request_", "allowed"),
    [
        (Request("s3:GetObject", f"{LAKE}/models/1/model.json"), True),
        (Request("S3:getobject", f"{LAKE}/models/a"), True),  # actions know no case
        (Request("s3:GetObject", f"{LAKE}/Models/a"), False),  # resources do
        (Request("s3:GetObject", f"{LAKE}/models"), False),
        (Request("s3:GetObjectVersion", f"{LAKE}/models/a"), False),
        (Request("s3:GetObject", f"{LAKE}/models/secret"), False),  # a denial wins
        (Request("s3:ListBucket", LAKE, {"s3:prefix": "models/current.json"}), True),
        (Request("s3:ListBucket", LAKE, {"s3:prefix": "models/1/model.json"}), True),
        (Request("s3:ListBucket", LAKE, {"s3:prefix": "models/12/model.json"}), False),
        (Request("s3:ListBucket", LAKE, {"s3:prefix": ""}), False),
        (Request("s3:ListBucket", LAKE), False),  # as for a GET, which brings no prefix along
    ],
)
def test_request_is_allowed_by_a_statement_and_denied_by_none(request_, allowed):
    assert allows([READ, LIST, DENY], request_) is allowed


def test_prefix_that_must_be_equal_stands_for_itself_alone():
    equal = LIST | {"Condition": {"StringEquals": {"s3:prefix": "models/*"}}}

    assert not allows([equal], Request("s3:ListBucket", LAKE, {"s3:prefix": "models/a"}))


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
        READ | {"Condition": {"NumericLessThan": {"s3:max-keys": "5"}}},
    ],
    ids=["NotAction", "operator"],
)
def test_what_is_not_evaluated_is_an_error(statement):
    with pytest.raises(ValueError, match="evaluated here"):
        allows([statement], Request("s3:GetObject", f"{LAKE}/models/a"))
