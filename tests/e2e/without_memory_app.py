"""The CDK application of the stage `local`, but for `memory: false`: reviews are collected all the same."""

import aws_cdk as cdk

from app import build_app

if __name__ == "__main__":
    app = cdk.App()
    stages = app.node.try_get_context("stages")
    app.node.set_context("stages", stages | {"local": stages["local"] | {"memory": False, "tenants": {}}})
    build_app(app).synth()
