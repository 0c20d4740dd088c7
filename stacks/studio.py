"""The studio: one static page in a private bucket, served by CloudFront under a strict policy."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from stacks import findings
from stacks.config import StageSettings
from stacks.private_bucket import PrivateBucket
from stacks.security_headers import content_security_policy
from stacks.stage_log import stage_log

PAGE = Path(__file__).parent.parent / "web"
CONFIG = "config.json"


class Studio(Construct):
    """The page's bucket and its distribution; the bucket is readable by that distribution alone."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: StageSettings, api_origin: str
    ) -> None:
        super().__init__(scope, construct_id)
        # CloudFront's names are those of all regions of the account, and the CDK makes them of the stack's:
        # https://github.com/aws/aws-cdk/issues/34336
        name = f"recall-{settings.stage}-studio-{cdk.Aws.REGION}"
        self.bucket = PrivateBucket(
            self,
            "Bucket",
            # Nothing is lost with it: the repository has the files.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Recall studio, {settings.stage}",
            default_root_object="index.html",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(
                    self.bucket,
                    origin_access_control=cloudfront.S3OriginAccessControl(
                        self, "Access", origin_access_control_name=name
                    ),
                ),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=self._headers(name, api_origin),
            ),
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
        )
        _accept_findings(self)

    def upload(self, settings: StageSettings, endpoint: str) -> None:
        """Let the deployment put the page's files into the bucket, with where the API is.

        When the stack goes, they go first: a bucket that holds anything can't be deleted.
        """
        files = s3_deployment.BucketDeployment(
            self,
            "Files",
            sources=[
                s3_deployment.Source.asset(str(PAGE)),
                s3_deployment.Source.json_data(CONFIG, {"endpoint": endpoint}),
            ],
            destination_bucket=self.bucket,
            retain_on_delete=False,
            # A browser checks each time whether a file changed, so that it never mixes two versions.
            # CloudFront keeps such a file for its cache policy's least time, a second; so nothing has to be
            # invalidated:
            # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
            # An invalidation can take longer than the CDK waits, and then fails a rollback, too:
            # https://github.com/aws/aws-cdk/issues/15891
            cache_control=[s3_deployment.CacheControl.no_cache()],
            # One that Lambda makes itself would stay for ever.
            log_group=stage_log(self, "FilesLogs", settings),
        )
        _accept_helpers_findings(files, self.bucket)

    def _headers(self, name: str, api_origin: str) -> cloudfront.ResponseHeadersPolicy:
        header = cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=content_security_policy(api_origin), override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=cdk.Duration.days(365), override=True
            ),
        )
        return cloudfront.ResponseHeadersPolicy(
            self, "Headers", response_headers_policy_name=name, security_headers_behavior=header
        )


def _accept_findings(studio: Studio) -> None:
    logs = "Access logs of a static page without any data would need a bucket that nobody reads."
    findings.accept(studio.bucket, {"AwsSolutions-S1": logs})
    reasons = {
        "AwsSolutions-CFR1": "The page is for whoever has a key, in any country.",
        "AwsSolutions-CFR2": "A web ACL costs more a month than the rest of a small service, and there is "
        "nothing behind the page but static files.",
        "AwsSolutions-CFR3": logs,
        "AwsSolutions-CFR4": "CloudFront's own domain name has CloudFront's own certificate; its TLS can't "
        "be chosen without a domain of the owner's.",
    }
    findings.accept(studio.distribution, reasons)


def _accept_helpers_findings(files: s3_deployment.BucketDeployment, bucket: s3.Bucket) -> None:
    """Accept what cdk-nag finds in the function that the CDK uploads with."""
    actions = ("s3:Abort*", "s3:DeleteObject*", "s3:GetBucket*", "s3:GetObject*", "s3:List*")
    assets = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*"
    found = (
        findings.aws_policy("service-role/AWSLambdaBasicExecutionRole"),
        *(f"AwsSolutions-IAM5[Action::{action}]" for action in actions),
        *(findings.wildcard(resource) for resource in (f"{findings.arn_of(bucket)}/*", assets)),
        "AwsSolutions-L1",
        "Serverless-LambdaDLQ",
        "Serverless-LambdaLatestVersion",
        "Serverless-LambdaTracing",
    )
    # BucketDeployment makes it once a stack, beside itself.
    helper = files.handler_role.node.scope
    if helper is None:  # a role outside of the function has findings of its own
        raise TypeError("BucketDeployment's role has no scope")
    reason = "The CDK's own function, role, runtime and settings; it runs while a deployment does."
    findings.accept(helper, dict.fromkeys(found, reason))


class StudioStack(cdk.Stack):
    """The studio alone."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stack_name: str, settings: StageSettings, endpoint: str
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the studio")
        host = cdk.Fn.select(2, cdk.Fn.split("/", endpoint))
        self.studio = Studio(self, "Studio", settings=settings, api_origin=f"https://{host}")
        if not settings.local_cloud:
            self.studio.upload(settings, endpoint)
        cdk.CfnOutput(self, "Bucket", value=self.studio.bucket.bucket_name)
        cdk.CfnOutput(self, "Page", value=f"https://{self.studio.distribution.domain_name}/")
