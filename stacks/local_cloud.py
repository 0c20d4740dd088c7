"""What the local cloud can't do. `tools.local_cloud` deploys the stage `local` into it."""

STAGE = "local"
# The only values of these settings that it can deploy: it has no CodeDeploy, no Application Auto Scaling, no
# web ACL for an API, no AWS Batch and no budgets (docs/adr/0011-safe-deployment-by-settings.md).
ONLY_VALUES = {
    "release": "unguarded",
    "provisioned_concurrency": 0,
    "waf_requests_per_5_minutes": 0,
    "training_compute": "lambda",
    "monthly_budget_usd": 0,
}
