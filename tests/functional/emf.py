"""CloudWatch's embedded metric format, as its specification has it."""

from jsonschema import Draft202012Validator

NAME = {"type": "string", "minLength": 1, "maxLength": 1024}
# The limits of CloudWatch's specification of the embedded metric format.
EMF_SCHEMA = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "additionalProperties": False,
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/directive"}},
            },
        }
    },
    "$defs": {
        "directive": {
            "type": "object",
            "required": ["Namespace", "Dimensions", "Metrics"],
            "additionalProperties": False,
            "properties": {
                "Namespace": NAME,
                "Dimensions": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "array", "maxItems": 30, "items": NAME | {"maxLength": 250}},
                },
                "Metrics": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": {"$ref": "#/$defs/metric"},
                },
            },
        },
        "metric": {
            "type": "object",
            "required": ["Name"],
            "additionalProperties": False,
            "properties": {"Name": NAME, "Unit": {"enum": ["Count", "Milliseconds"]}},
        },
    },
}


def assert_is_emf(line):
    """Check a metrics line against the specification: its form, and that all it names is there."""
    assert list(Draft202012Validator(EMF_SCHEMA).iter_errors(line)) == []
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            assert type(line[metric["Name"]]) in {int, float}
        for name in [name for names in directive["Dimensions"] for name in names]:
            assert 1 <= len(line[name]) <= 1024
            assert type(line[name]) is str
