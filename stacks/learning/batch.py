"""Retraining of what is too large for a function: AWS Batch on Fargate, with nothing that runs idle."""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.data_lake import DataLake
from stacks.learning.jobs import allow_training
from stacks.learning.training_image import training_image
from stacks.service_function import ONE_THREAD
from stacks.stage_log import stage_log

CPUS = 4  # what gives the most memory that a fit of one process can use
MEMORY = cdk.Size.gibibytes(30)
DISK = cdk.Size.gibibytes(100)  # the sample of reviews lies there while it is read
ATTEMPTS = 2  # on Spot; after that the run goes on on demand
TIMEOUT = cdk.Duration.hours(6)  # of an attempt
CPU_ARCHITECTURES = {"x86_64": ecs.CpuArchitecture.X86_64, "arm64": ecs.CpuArchitecture.ARM64}


class TrainingBatch(Construct):
    """Queues, and the definition of a job that does steps of a run: ``recall retrain``.

    The job's parameter ``run`` names the run, and ``automl_seconds`` says how long it searches by AutoML. A
    job that loses its machine is started again, and does the steps that aren't done; one that fails by itself
    isn't: it would fail again.

    Parameters
    ----------
    steps : tuple of str
        The steps of a run that the job does, such as ``train``.

    Attributes
    ----------
    queue : aws_cdk.aws_batch.JobQueue
        Where to submit the job: it runs on Spot, at 30 % of the price, or else on demand.
    on_demand_queue : aws_cdk.aws_batch.JobQueue
        Where to submit it if it doesn't get a machine there.
    definition : aws_cdk.aws_batch.EcsJobDefinition
        What the job runs, and on what.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StageSettings,
        lake: DataLake,
        steps: tuple[str, ...],
    ) -> None:
        super().__init__(scope, construct_id)
        vpc = _network(self)
        spot, on_demand = (
            batch.FargateComputeEnvironment(self, name, vpc=vpc, spot=name == "Spot", maxv_cpus=CPUS)
            for name in ("Spot", "OnDemand")
        )
        self.queue = _queue(self, "Queue", spot, on_demand)
        self.on_demand_queue = _queue(self, "OnDemandQueue", on_demand)
        self.definition = batch.EcsJobDefinition(
            self,
            "Job",
            container=self._container(settings, lake, steps),
            parameters={"run": "none", "automl_seconds": str(settings.automl_seconds)},
            timeout=TIMEOUT,
            retry_attempts=ATTEMPTS,
            retry_strategies=list(_retries()),
        )

    def _container(
        self, settings: StageSettings, lake: DataLake, steps: tuple[str, ...]
    ) -> batch.EcsFargateContainerDefinition:
        log_group = stage_log(self, "Logs", settings)
        searching = ["--automl-seconds", "Ref::automl_seconds", *(["--onnx"] if settings.onnx else [])]
        command = ["retrain", "--run", "Ref::run", "--bucket", lake.bucket.bucket_name, *searching]
        return batch.EcsFargateContainerDefinition(
            self,
            "Container",
            image=training_image(settings),
            command=[*command, *(word for step in steps for word in ("--steps", step))],
            cpu=CPUS,
            memory=MEMORY,
            ephemeral_storage_size=DISK,
            fargate_cpu_architecture=CPU_ARCHITECTURES[settings.architecture],
            assign_public_ip=True,  # the way to the image without a NAT gateway; nothing can call in
            job_role=self._job_role(lake),
            execution_role=self._execution_role(),
            logging=ecs.LogDriver.aws_logs(stream_prefix="train", log_group=log_group),
            environment={"AWS_DEFAULT_REGION": cdk.Stack.of(self).region, "HOME": "/tmp", **ONE_THREAD},  # noqa: S108 - the container's own
        )

    def _job_role(self, lake: DataLake) -> iam.Role:
        """Return a role that may do what the function that trains may."""
        role = iam.Role(self, "JobRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        allow_training(lake, role)
        return role

    def _execution_role(self) -> iam.Role:
        role = iam.Role(self, "ExecutionRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
        reason = "Signing in to the registry knows no resource; pulling is allowed from the one repository."
        findings.accept(role, {findings.wildcard("*"): reason})
        return role


def _queue(
    scope: Construct, construct_id: str, *environments: batch.FargateComputeEnvironment
) -> batch.JobQueue:
    """Return a queue that tries environments in this order."""
    ordered = [
        batch.OrderedComputeEnvironment(compute_environment=environment, order=order)
        for order, environment in enumerate(environments, start=1)
    ]
    return batch.JobQueue(scope, construct_id, compute_environments=ordered)


def _network(scope: Construct) -> ec2.Vpc:
    """Return two public subnets without a NAT gateway, which would cost 32 USD a month for doing nothing.

    What goes to the lake stays in AWS's network, through a gateway that costs nothing.
    """
    vpc = ec2.Vpc(
        scope,
        "Network",
        max_azs=2,
        nat_gateways=0,
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name="Public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False
            )
        ],
        gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
    )
    reason = "Nothing listens in it: its one security group lets nobody in. A flow log would tell nothing."
    findings.accept(vpc, {"AwsSolutions-VPC7": reason})
    return vpc


def _retries() -> Iterator[batch.RetryStrategy]:
    """Try again when the machine went away, which is not the job's fault; else end at once.

    https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html
    """
    for reason in ("Your Spot Task was interrupted*", "Host EC2*"):
        yield batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.custom(on_status_reason=reason))
    # Without this, what nothing matches is tried again, too.
    yield batch.RetryStrategy.of(batch.Action.EXIT, batch.Reason.custom(on_reason="*"))
