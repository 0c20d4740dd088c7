"""The memory's stack: the table, the function, and the tenants' keys."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from stacks.config import StageSettings
from stacks.data_lake import DataLake
from stacks.memory.function import Memory
from stacks.memory.table import LearnersTable
from stacks.ml_layer import package_on_layers, serving_layers


class MemoryStack(cdk.Stack):
    """What remembers learners. The keys are here, since the function has to know their ids.

    Attributes
    ----------
    table : stacks.memory.table.LearnersTable
    memory : stacks.memory.function.Memory
    tenant_keys : list of aws_cdk.aws_apigateway.ApiKey
        The tenants' keys, for the API's usage plan.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, stack_name: str, settings: StageSettings, lake: DataLake
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the memory")
        self.table = LearnersTable(self, "Learners", settings=settings)
        keys = {
            tenant: apigateway.ApiKey(self, f"Key-{tenant}", description=f"Recall: the tenant {tenant}")
            for tenant in settings.tenants
        }
        self.tenant_keys = list(keys.values())
        self.memory = Memory(
            self,
            "Memory",
            settings=settings,
            lake=lake,
            table=self.table,
            tenants=self.to_json_string(
                {key.key_id: settings.tenants[tenant] for tenant, key in keys.items()}
            ),
            package=package_on_layers(self, settings, serving_layers(settings)),
        )
        cdk.CfnOutput(self, "Table", value=self.table.table_name)
        cdk.CfnOutput(
            self,
            "Function",
            value=self.memory.function.function_name,
            description="For the kill switch and its way back: docs/runbook.md",
        )
        if keys:
            cdk.CfnOutput(
                self,
                "TenantKeyIds",
                value=self.to_json_string({tenant: key.key_id for tenant, key in keys.items()}),
                description="aws apigateway get-api-key --include-value --api-key <id> prints a key itself",
            )
