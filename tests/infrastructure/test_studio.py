"""The studio is private behind its distribution, and its page may call the API alone."""

import json

import pytest

from stacks.security_headers import content_security_policy
from tests.infrastructure.conftest import only, resources, synthesized_stage
from tools.local_cloud.put_studio import CONTENT_TYPES, PAGE


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


def test_pages_policy_allows_its_own_files_and_the_api_and_nothing_else(prod):
    policy = only(prod["Studio"], "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    headers = policy["SecurityHeadersConfig"]
    said = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Join"][1]
    before, host, after = said
    assert set(host) == {"Fn::Select"}  # of the API's URL, which is known at deployment
    assert f"{before}API{after}" == content_security_policy("https://API")
    assert headers["FrameOptions"]["FrameOption"] == "DENY"
    assert headers["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 365 * 24 * 3600
    assert all(header["Override"] for header in headers.values())


def test_policy_has_no_way_for_inline_code_or_foreign_hosts():
    policy = dict(part.split(" ", 1) for part in content_security_policy("https://api.example").split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' https://api.example"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in json.dumps(policy)


def test_pages_files_go_before_their_bucket_and_wait_for_no_invalidation(prod):
    files = only(prod["Studio"], "Custom::CDKBucketDeployment")
    bucket = prod["Studio"]["Resources"][files["DestinationBucketName"]["Ref"]]

    assert files["RetainOnDelete"] is False
    # What the CDK's function looks for on the bucket before it empties it.
    assert [tag["Key"] for tag in bucket["Properties"]["Tags"]] == ["aws-cdk:cr-owned:ae2a6d82"]
    assert bucket["DeletionPolicy"] == "Delete"
    assert "DistributionId" not in files
    assert files["SystemMetadata"] == {"cache-control": "no-cache"}


@pytest.mark.parametrize(("stage", "uploads"), [("local", 0), ("dev", 1), ("prod", 1)])
def test_cdk_uploads_the_page_where_it_can(templates, stage, uploads):
    found = resources(templates(stage)["Studio"], "Custom::CDKBucketDeployment")
    assert len(found) == uploads


def test_page_has_no_foreign_resource_and_every_file_a_content_type():
    files = [path for path in PAGE.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"index.html", "style.css", "main.js"}
    for path in files:
        assert path.suffix in CONTENT_TYPES
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//cdn" not in text
        assert 'src="http' not in text
        assert 'href="http' not in text
        assert "url(" not in text


def test_stage_without_studio_has_no_cloudfront(prod):
    without = synthesized_stage("prod", studio=False)

    assert without.keys() == prod.keys() - {"Studio"}
    assert "cloudfront" not in json.dumps(without).lower()
