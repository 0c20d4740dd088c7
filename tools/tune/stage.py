"""The predicting function of a deployed stage."""

from botocore.exceptions import ClientError

from tools.doctor.cloud import Cloud, code_of
from tools.tune.errors import TuneError, aws_errors

OUTPUT = "Function"  # of stacks/inference.py


def function_of(cloud: Cloud, stage: str) -> str:
    """Return the name of a stage's predicting function.

    Raises
    ------
    TuneError
        If the stage isn't deployed there.
    """
    stack = f"recall-{stage}-inference"
    missing = (
        f"there is no stack {stack} in {cloud.endpoint_url or cloud.region}: deploy it, or give --function"
    )
    with aws_errors():
        try:
            found = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if code_of(error) == "ValidationError":
                raise TuneError(missing) from error
            raise
    outputs = {each["OutputKey"]: str(each["OutputValue"]) for each in found[0].get("Outputs", [])}
    if OUTPUT not in outputs:
        raise TuneError(missing)
    return outputs[OUTPUT]
