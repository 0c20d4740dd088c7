"""The studio is private behind its distribution, and its page may call the API alone."""

import json

import pytest

from stacks.security_headers import content_security_policy
from tests.infrastructure.conftest import only, resources, synthesized_stage

UPLOADED = ("Assets", "Fonts", "Files")


def test_bucket_is_closed_and_readable_by_the_distribution_alone(prod):
    studio = prod["Studio"]
    bucket = only(studio, "AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}

    statements = only(studio, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    (reader,) = [s for s in statements if s["Effect"] == "Allow" and "Service" in s["Principal"]]
    assert reader["Action"] == "s3:GetObject"
    assert reader["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    (distribution_id,) = [
        name for name, r in studio["Resources"].items() if r["Type"] == "AWS::CloudFront::Distribution"
    ]
    assert {"Ref": distribution_id} in reader["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Join"][1]


def test_distribution_signs_its_reads_and_serves_https_only(prod):
    access = only(prod["Studio"], "AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
    assert (access["SigningBehavior"], access["SigningProtocol"]) == ("always", "sigv4")

    config = only(prod["Studio"], "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["DefaultRootObject"] == "index.html"
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert "ResponseHeadersPolicyId" in config["DefaultCacheBehavior"]


def headers_of(template):
    """Return the security headers that CloudFront adds."""
    policy = only(template, "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    return policy["SecurityHeadersConfig"]


def test_pages_policy_allows_its_own_files_and_the_api_and_nothing_else(prod):
    headers = headers_of(prod["Studio"])
    before, host, after = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Join"][1]
    assert set(host) == {"Fn::Select"}  # of the API's URL, which is known at deployment
    assert f"{before}API{after}" == content_security_policy("https://API")
    assert headers["FrameOptions"]["FrameOption"] == "DENY"
    assert headers["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 24 * 3600
    assert all(header["Override"] for header in headers.values())


def test_where_there_is_an_api_of_the_owners_the_page_may_call_it_and_knows_its_region(stacks):
    headers = headers_of(stacks["Studio"])
    before, api, between, operations, after = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"][
        "Fn::Join"
    ][1]
    (files,) = uploads_of(stacks["Studio"], "StudioFiles")
    markers = json.dumps(files["SourceMarkers"])

    assert f"{before}API{between}OPS{after}" == content_security_policy("https://API", "https://OPS")
    assert "recall-prod-api" in json.dumps(api)
    assert "recall-prod-learning" in json.dumps(operations)
    assert "recall-prod-learning" in markers
    assert '{"Ref": "AWS::Region"}' in markers


def test_policy_has_no_way_for_inline_code_or_foreign_hosts():
    text = content_security_policy("https://api.example")
    policy = dict(part.split(" ", 1) for part in text.split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"  # WebAssembly, no text
    assert policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' https://api.example"
    assert policy["frame-ancestors"] == "'none'"
    assert text.count("unsafe") == 1


def uploads_of(template, start="Studio"):
    """Return the properties of the CDK's uploads of the page."""
    return resources(template, "Custom::CDKBucketDeployment", start)


def test_files_named_by_their_hash_are_kept_for_ever_and_come_before_what_names_them(prod):
    assets, fonts, files = (uploads_of(prod["Studio"], f"Studio{name}")[0] for name in UPLOADED)

    for upload in (assets, fonts):
        assert upload["SystemMetadata"]["cache-control"] == "public, max-age=31536000, immutable"
        assert upload["Prune"] is False  # open pages load parts of the version before
    assert fonts["Include"] == ["assets/*.woff2"]
    assert fonts["SystemMetadata"]["content-type"] == "font/woff2"
    assert files["SystemMetadata"] == {"cache-control": "no-cache"}
    assert files["Exclude"] == ["assets/*"]
    (last,) = [
        resource["DependsOn"]
        for name, resource in prod["Studio"]["Resources"].items()
        if resource["Type"] == "Custom::CDKBucketDeployment" and name.startswith("StudioFiles")
    ]
    assert any(name.startswith("StudioAssets") for name in last)
    assert any(name.startswith("StudioFonts") for name in last)


def test_pages_files_go_before_their_bucket_and_wait_for_no_invalidation(prod):
    (files,) = uploads_of(prod["Studio"], "StudioFiles")
    bucket = prod["Studio"]["Resources"][files["DestinationBucketName"]["Ref"]]

    assert files["RetainOnDelete"] is False
    # From a bucket that has the CDK's mark its function deletes nothing: aws/aws-cdk#33397.
    assert "aws-cdk:cr-owned" not in json.dumps(bucket)
    assert bucket["DeletionPolicy"] == "Delete"
    assert "DistributionId" not in files


@pytest.mark.parametrize(("stage", "uploads"), [("local", 0), ("dev", 3), ("prod", 3)])
def test_cdk_uploads_the_page_where_it_can(templates, stage, uploads):
    assert len(uploads_of(templates(stage)["Studio"])) == uploads


def test_stage_without_studio_has_no_cloudfront(prod):
    without = synthesized_stage("prod", studio=False)

    assert without.keys() == prod.keys() - {"Studio"}
    assert "cloudfront" not in json.dumps(without).lower()
