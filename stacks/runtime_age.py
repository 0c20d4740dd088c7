"""What a synthesis says of a runtime whose operating system is past its end."""

import aws_cdk as cdk
from constructs import IConstruct

from layer_build.targets import AL2, RUNTIMES

UPGRADE = "python3.13"
# https://aws.amazon.com/amazon-linux-2/faqs/
AL2_END = "2026-06-30"
# Of python3.11, the only one on it: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
DEPRECATED = "2027-06-30"


def warn_of_old_system(scope: IConstruct, runtime: str) -> None:
    """Add a warning to a construct if a runtime is on Amazon Linux 2; `cdk synth` and `cdk deploy` print it.

    Whoever has read it acknowledges ``recall:runtime``; ``--strict`` makes an error of it.
    """
    if RUNTIMES[runtime] is AL2:
        cdk.Annotations.of(scope).add_warning_v2(
            "recall:runtime",
            f"runtime {runtime} is on Amazon Linux 2, whose support ended on {AL2_END}, and Lambda ends its "
            f'own on {DEPRECATED}: set "runtime": "{UPGRADE}" in cdk.json; see docs/adr/0018-python313.md',
        )
