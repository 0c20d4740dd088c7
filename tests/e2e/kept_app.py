"""The CDK application of the stage `local`, but for what other stages keep: it keeps the memory's table, too.

``-c kept_lake=NAME`` is the setting `lake_bucket`.
"""

import aws_cdk as cdk

from app import build_app

if __name__ == "__main__":
    app = cdk.App()
    stages = app.node.try_get_context("stages")
    lake = {"lake_bucket": app.node.try_get_context("kept_lake") or ""}
    app.node.set_context("stages", stages | {"local": stages["local"] | lake})
    build_app(app)
    table = app.node.find_child("Memory").node.find_child("Learners").node.default_child
    table.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    table.deletion_protection_enabled = True
    app.synth()
