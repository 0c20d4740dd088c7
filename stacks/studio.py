"""The studio: one static page in a private bucket, served by CloudFront under a strict policy."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from stacks import findings
from stacks.bundling import BundledAsset, built_asset
from stacks.config import StageSettings
from stacks.private_bucket import PrivateBucket
from stacks.security_headers import content_security_policy
from stacks.stage_log import stage_log
from stacks.studio_page import IMAGE, PROJECT, build_here, build_in_container, page_sources

CONFIG = "config.json"
# Files whose names have a hash of their bytes: nobody has to ask for them again.
NAMED_BY_HASH = "assets/*"
# By what they are uploaded as: the type of each by its name, but for the one that the AWS CLI doesn't know.
UPLOADS: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    ("Assets", (".js", ".css", ".wasm"), None),
    ("Fonts", (".woff2",), "font/woff2"),
)
FOR_EVER = s3_deployment.CacheControl.from_string("public, max-age=31536000, immutable")


class Studio(Construct):
    """The page's bucket and its distribution; the bucket is readable by that distribution alone."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: StageSettings, api_origins: Sequence[str]
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
                response_headers_policy=self._headers(name, api_origins),
            ),
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
        )
        _accept_findings(self)

    def upload(self, settings: StageSettings, config: dict[str, Any]) -> None:
        """Let the deployment build the page and upload it, with what it has to know of the stage.

        First what is named by a hash; older versions of it stay, since open pages load parts of them later.
        Then all else, which a browser checks each time, so that it never mixes two versions. CloudFront keeps
        such a file for its cache policy's least time, a second; so nothing has to be invalidated:
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
        An invalidation can take longer than the CDK waits, and then fails a rollback, too:
        https://github.com/aws/aws-cdk/issues/15891
        """
        page = s3_deployment.Source.asset(str(PROJECT), **_built_page(settings))
        config_file = s3_deployment.Source.json_data(CONFIG, config)
        # One that Lambda makes itself would stay for ever.
        log = stage_log(self, "FilesLogs", settings)
        named_by_hash = [
            s3_deployment.BucketDeployment(
                self,
                construct_id,
                sources=[page],
                destination_bucket=self.bucket,
                exclude=["*"],
                include=[f"{NAMED_BY_HASH}{suffix}" for suffix in suffixes],
                cache_control=[FOR_EVER],
                content_type=content_type,
                prune=False,
                log_group=log,
            )
            for construct_id, suffixes, content_type in UPLOADS
        ]
        files = s3_deployment.BucketDeployment(
            self,
            "Files",
            sources=[page, config_file],
            destination_bucket=self.bucket,
            exclude=[NAMED_BY_HASH],
            cache_control=[s3_deployment.CacheControl.no_cache()],
            retain_on_delete=False,
            log_group=log,
        )
        files.node.add_dependency(*named_by_hash)
        _let_files_go(self.bucket, [*named_by_hash, files])
        _accept_helpers_findings(files, self.bucket)

    def _headers(self, name: str, api_origins: Sequence[str]) -> cloudfront.ResponseHeadersPolicy:
        header = cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=content_security_policy(*api_origins), override=True
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


def _built_page(settings: StageSettings) -> BundledAsset:
    return built_asset(
        PROJECT,
        page_sources(),
        image=cdk.DockerImage.from_registry(IMAGE),
        in_container=build_in_container(cdk.AssetStaging.BUNDLING_OUTPUT_DIR),
        here=build_here,
        use_docker=settings.bundling == "docker",
    )


def _let_files_go(bucket: s3.Bucket, uploads: Sequence[s3_deployment.BucketDeployment]) -> None:
    """Let the page's files go with their stack: a bucket that holds anything can't be deleted.

    The CDK marks the bucket with a tag for each upload, and an upload that goes deletes no file from a marked
    bucket. The marks go last, so no file would ever: https://github.com/aws/aws-cdk/issues/33397
    Without them an upload that is taken out of this stack would take the page along: only the one that says
    so deletes anything, and it has to stay.
    """
    for upload in uploads:
        marked = upload.node.find_child("CustomResource").node.addr[-8:]
        cdk.Tags.of(bucket).remove(f"aws-cdk:cr-owned:{marked}")


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
    """The studio alone.

    Parameters
    ----------
    endpoint : str
        The service's URL.
    operations : str or None
        The URL of the owner's API; None where the stage has none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stack_name: str,
        settings: StageSettings,
        endpoint: str,
        operations: str | None,
    ) -> None:
        super().__init__(scope, construct_id, stack_name=stack_name, description="Recall: the studio")
        origins = [_origin(url) for url in (endpoint, operations) if url is not None]
        self.studio = Studio(self, "Studio", settings=settings, api_origins=origins)
        if not settings.local_cloud:
            signed = {"url": operations, "region": cdk.Aws.REGION, "signed": True}
            self.studio.upload(settings, {"endpoint": endpoint, "operations": signed if operations else None})
        cdk.CfnOutput(self, "Bucket", value=self.studio.bucket.bucket_name)
        cdk.CfnOutput(self, "Page", value=f"https://{self.studio.distribution.domain_name}/")


def _origin(url: str) -> str:
    """Return scheme and host of an https URL that is known when the stack is deployed."""
    return f"https://{cdk.Fn.select(2, cdk.Fn.split('/', url))}"
