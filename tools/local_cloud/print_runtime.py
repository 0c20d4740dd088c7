"""Prints the runtime of the stage that `make up` deploys: a program of its own, since the CDK starts Node."""

import json
import sys

from stacks.config import ConfigError, read_settings
from stacks.local_cloud import STAGE
from tools.local_cloud.home import PROJECT

if __name__ == "__main__":
    context = json.loads((PROJECT / "cdk.json").read_text(encoding="utf-8"))["context"]
    try:
        print(read_settings(context | {"stage": STAGE}).runtime)
    except ConfigError as error:
        sys.exit("\n".join(f"error: {line}" for line in str(error).splitlines()))
