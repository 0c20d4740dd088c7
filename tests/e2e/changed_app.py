"""The CDK application of the stage `local` with other settings: ``-c changes='{"memory": false}'``."""

import json

import aws_cdk as cdk

from app import build_app

if __name__ == "__main__":
    app = cdk.App()
    stages = app.node.try_get_context("stages")
    changes = json.loads(app.node.try_get_context("changes"))
    app.node.set_context("stages", stages | {"local": stages["local"] | changes})
    build_app(app).synth()
