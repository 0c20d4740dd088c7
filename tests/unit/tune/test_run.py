"""A whole run on a stand-in for Lambda: what is measured, of what, and what ends it."""

from collections import Counter

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.unit.aws_account import RefusedError
from tests.unit.tune.aws_lambda import LAYER, ROLE, STACK, Lambda
from tests.unit.tune.runs import PLAN, run
from tools.tune.errors import TuneError
from tools.tune.estimate import Plan
from tools.tune.stage import function_of

BUSY = RefusedError("TooManyRequestsException", "Rate Exceeded.")
CONFLICT = RefusedError("ResourceConflictException", "an update is in progress")


def test_each_size_is_called_cold_and_warm_with_the_payload(account):
    tuned, said = run(account)

    small, large = tuned.sizes
    assert (small.memory_mb, small.warm.calls, small.cold.calls) == (128, 4, 2)
    assert small.warm.p50 == pytest.approx(10 * 1769 / 128, abs=0.01)
    assert small.cold.p50 == pytest.approx(110 * 1769 / 128, abs=0.01)
    assert (large.warm.p50, large.cold.p50, large.start_p50_ms, large.max_memory_mb) == (10, 110, 100, 60)
    assert (tuned.reported, small.excluded, large.excluded) == (True, None, None)
    assert set(account.payloads) == {PLAN.payload}
    # Two to try it, and six of each size.
    assert len(account.payloads) == 14
    assert [line.partition(":")[0] for line in said] == ["estimate"]
    assert "12 calls of 4 versions" in said[0]


def test_sizes_are_called_in_turn_so_that_a_slow_minute_is_slow_for_all(account):
    called = []
    invoke = account.invoke
    account.invoke = lambda **call: called.append(call["Qualifier"]) or invoke(**call)

    run(account)

    assert called == ["$LATEST"] * 2 + ["1", "3", "2", "4"] + ["2", "4"] * 4
    # What isn't called any more goes at once, with its environment.
    assert [memory_mb for memory_mb, _ in account.deleted_versions] == [128, 1769]


def test_copy_is_as_the_function_but_for_its_log_and_its_traces(account):
    asked = {}
    account.after = lambda _: asked.update(account.copy["asked"]) if len(account.functions) == 2 else None

    run(account)

    assert asked == {
        "Architectures": ["arm64"],
        "Description": "Temporary copy of live, by recall tune",
        "Environment": {"Variables": {"STAGE": "dev"}},
        "EphemeralStorage": {"Size": 512},
        "Handler": "inference.handler.handler",
        "Layers": [LAYER],
        "MemorySize": 512,
        "PackageType": "Zip",
        "Role": ROLE,
        "Runtime": "python3.13",
        "Timeout": 10,
    }


def test_image_snapshot_network_and_files_are_copied(tmp_path):
    network = {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}
    files = [{"Arn": "arn:aws:elasticfilesystem:x:1:access-point/fsap-0", "LocalMountPath": "/mnt/a"}]
    account = Lambda(
        tmp_path,
        PackageType="Image",
        ImageConfigResponse={"ImageConfig": {"Command": ["inference.handler.handler"]}},
        SnapStart={"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"},
        VpcConfig={**network, "VpcId": "v"},
        FileSystemConfigs=files,
    )
    asked = {}
    account.after = lambda _: asked.update(account.copy["asked"]) if len(account.functions) == 2 else None

    _, said = run(account)

    assert asked["ImageConfig"] == {"Command": ["inference.handler.handler"]}
    assert asked["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    assert (asked["VpcConfig"], asked["FileSystemConfigs"]) == (network, files)
    assert "the snapshots of its versions take minutes more" in said[0]


def test_nothing_is_left_and_the_function_is_untouched(account):
    before = dict(account.functions["live"])
    # A role that may make log groups makes one at the first call.
    account.after = lambda _: account.log_groups.update(
        f"/aws/lambda/{name}" for name in account.names if name != "live" and account.payloads
    )

    run(account)

    assert account.functions == {"live": before}
    assert account.log_groups == set()


def test_size_in_which_calls_are_killed_is_excluded_and_soon_called_no_more(account):
    account.needed_mb = 200

    tuned, _ = run(account, PLAN._replace(sizes=(128, 256), warm=50))

    small, large = tuned.sizes
    assert small.excluded == "3 of 3 calls failed: Runtime.ExitError: Error: signal: killed"
    assert (small.warm, small.usd_per_million, small.max_memory_mb) == (None, None, 128)
    assert (large.excluded, large.warm.calls) == (None, 50)


def test_size_that_the_account_does_not_allow_is_excluded(account):
    account.account_most_mb = 3008

    tuned, _ = run(account, PLAN._replace(sizes=(512, 4096)))

    assert tuned.sizes[0].excluded is None
    assert tuned.sizes[1].excluded.startswith("the account doesn't allow it: 'MemorySize' value failed")
    with pytest.raises(TuneError, match="the account allows none of the sizes; of 4096 MB Lambda says"):
        run(account, PLAN._replace(sizes=(4096,)))
    assert account.names == ["live"]


def test_run_costs_what_its_calls_are_billed(account):
    tuned, _ = run(account, Plan((1769,), 1, 1, b"{}"))

    # At 512 MB 380 and 35 ms are billed (110 and 10 ms of a whole processor), at 1,769 MB 110 and 10.
    gb_ms = 512 / 1024 * (380 + 35) + 1769 / 1024 * (110 + 10)
    assert tuned.usd == pytest.approx(4 * 0.2e-6 + gb_ms / 1000 * 0.0000133334)


def test_without_report_lines_the_callers_clock_measures(account):
    account.reports = False

    tuned, _ = run(account)

    assert tuned.reported is False
    assert (tuned.sizes[0].warm.calls, tuned.sizes[0].cold.calls) == (4, 2)
    assert (tuned.sizes[0].max_memory_mb, tuned.sizes[0].start_p50_ms) == (None, None)


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (
            {"statusCode": 400, "body": '{"error": {"message": "difficulty is missing"}}'},
            "live with its 512 MB fails on it: status 400: difficulty is missing",
        ),
        ({"statusCode": 503, "body": "busy"}, "status 503: busy"),
        ({"statusCode": 500, "body": "x" * 1000}, "xxx…; docs/tune.md has an event"),
    ],
)
def test_payload_that_fails_ends_the_run_before_anything_is_measured(account, response, problem):
    account.response = response

    with pytest.raises(TuneError) as error:
        run(account)

    assert problem in str(error.value)
    assert (account.names, len(account.payloads)) == (["live"], 1)
    assert "PublishVersion" not in account.called


@pytest.mark.parametrize(
    "operation", ["Invoke", "UpdateFunctionConfiguration", "PublishVersion", "DeleteFunction"]
)
def test_busy_lambda_is_asked_again(account, slept, operation):
    refusals = [BUSY, BUSY, CONFLICT]
    account.refusals[operation] = list(refusals)

    tuned, _ = run(account)

    assert [size.errors for size in tuned.sizes] == [0, 0]
    assert account.names == ["live"]
    assert sum(slept) >= 3 * 0.5
    assert Counter(account.called)[operation] > 3


def test_account_without_concurrency_is_told_so_after_a_minute(account, slept):
    account.refusals["Invoke"] = [BUSY] * 1_000

    with pytest.raises(TuneError, match="Lambda has refused calls for 60 s \\(TooManyRequestsException\\)"):
        run(account)

    assert 60 <= sum(slept) < 80
    assert account.names == ["live"]


@pytest.mark.parametrize(
    "operation", ["CreateFunction", "UpdateFunctionConfiguration", "PublishVersion", "Invoke"]
)
def test_error_in_the_middle_leaves_nothing(account, operation):
    denied = RefusedError("AccessDeniedException", "not authorized")
    account.refusals[operation] = [denied]

    with pytest.raises(TuneError) as error:
        run(account)

    assert str(error.value) == (
        f"the credentials may not call {operation} (not authorized); docs/tune.md has the policy"
    )
    assert account.names == ["live"]


def test_lost_response_to_the_creation_is_no_error(account):
    create = account.create_function

    def create_and_lose(**request):
        create(**request)
        raise RefusedError("ResourceConflictException", "Function already exist")

    account.create_function = create_and_lose

    tuned, _ = run(account)

    assert tuned.sizes[0].warm.calls == 4
    assert account.names == ["live"]


def test_copy_that_cannot_be_deleted_is_named_with_the_way_to_delete_it(account):
    account.refusals["DeleteFunction"] = [RefusedError("AccessDeniedException", "not authorized")]

    with pytest.raises(TuneError) as error:
        run(account, PLAN._replace(cold=1))

    (name,) = [name for name in account.names if name != "live"]
    assert f"the copy {name} couldn't be deleted" in str(error.value)
    assert f"`aws lambda delete-function --function-name {name}`" in str(error.value)


def test_error_of_the_run_comes_before_the_one_of_the_deletion(account):
    denied = RefusedError("AccessDeniedException", "not authorized")
    account.refusals = {"PublishVersion": [denied], "DeleteFunction": [denied]}

    with pytest.raises(TuneError) as error:
        run(account)

    (name,) = [name for name in account.names if name != "live"]
    assert str(error.value).startswith(
        "the credentials may not call PublishVersion (not authorized); docs/tune.md has the policy; "
        f"and the copy {name} couldn't be deleted"
    )


def test_copy_that_was_never_made_is_not_named(account):
    denied = RefusedError("AccessDeniedException", "not authorized")
    account.refusals = {"CreateFunction": [denied], "DeleteFunction": [denied]}

    with pytest.raises(TuneError) as error:
        run(account)

    assert str(error.value) == (
        "the credentials may not call CreateFunction (not authorized); docs/tune.md has the policy"
    )


def test_account_that_is_not_reached_is_told_so(account):
    def unreachable(_):
        raise EndpointConnectionError(endpoint_url="https://lambda")

    account.before = unreachable

    with pytest.raises(TuneError, match=r"Could not connect to the endpoint URL.*; check the network"):
        run(account)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"CodeSize": 60_000_000},
            "live: its code has 60,000,000 bytes zipped, and a copy's may have 52,428,800",
        ),
        ({"CodeSha256": "other"}, "live: its code came damaged, or was just replaced; run again"),
        (
            {"Environment": {"Error": {"Message": "KMS denies it"}}},
            "live: its variables can't be read: KMS denies it",
        ),
    ],
)
def test_function_that_cannot_be_copied_is_refused(account, change, problem):
    account.functions["live"] |= change

    with pytest.raises(TuneError) as error:
        run(account)

    assert str(error.value).startswith(problem)
    assert account.names == ["live"]


def test_run_ends_itself_before_others_take_its_copy_for_a_leftover(account, slept):
    account.after = lambda _: slept.append(600)

    with pytest.raises(TuneError, match="the run takes longer than 3:00:00"):
        run(account, PLAN._replace(warm=100))

    assert account.names == ["live"]


def test_stage_has_its_predicting_function(account):
    assert function_of(account.cloud, "dev") == "live"


@pytest.mark.parametrize(("stage", "outputs"), [("prod", None), ("dev", [])])
def test_stage_that_is_not_deployed_is_named(account, stage, outputs):
    account.outputs = outputs

    with pytest.raises(TuneError, match=f"there is no stack {STACK.replace('dev', stage)} in eu-central-1"):
        function_of(account.cloud, stage)


def test_function_that_is_not_there_is_named(account):
    with pytest.raises(TuneError, match="there is no function lvie in eu-central-1; --function takes"):
        run(account, function="lvie")
