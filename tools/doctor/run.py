"""The checks in their order, each on its own: what one can't tell keeps no other from telling."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from functools import partial
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from tools.doctor import account, bootstrap, concurrency, leftovers, machine, names, quotas, roles
from tools.doctor.cloud import LOOK_YOURSELF, Cloud, lookup_failed
from tools.doctor.finding import Finding, Verdict, cannot_tell, ok, will_fail

if TYPE_CHECKING:
    from tools.doctor.stage import Stage  # starts Node, which may be missing

Found = dict[str, Finding | None]
SIGN_IN_SECONDS = 30.0  # a program of the user's may have to fetch the credentials
LOOK_SECONDS = 60.0  # of all other checks of the account together
OF_THE_MACHINE: dict[str, Callable[[Stage], Finding | None]] = {
    "Python": machine.check_python,
    "wheels": machine.check_wheels,
    "Docker": machine.check_docker,
}
OF_THE_ACCOUNT: dict[str, Callable[[Cloud, Stage], Finding | None]] = {
    "services": account.check_services,
    "bootstrap": bootstrap.check_bootstrap,
    "asset store": bootstrap.check_asset_store,
    "concurrency": concurrency.check_concurrency,
    "CloudFront": account.check_cloudfront,
    "linked roles": roles.check_linked_roles,
    "API's role": roles.check_api_role,
    "stacks": leftovers.check_stacks,
    "names": names.check_names,
    "kept data": leftovers.check_kept,
    "tuning copies": leftovers.check_tuning_copies,
    "quotas": quotas.check_quotas,
    "alarm mail": quotas.check_mail,
}


class Check(NamedTuple):
    """A check's name, and what it found."""

    name: str
    finding: Finding


def examine(cloud: Cloud, context: Mapping[str, Any]) -> list[Check]:
    """Run every check that a stage needs.

    Parameters
    ----------
    cloud : Cloud
        Where the stage is to be deployed.
    context : mapping
        The context of cdk.json, with the stage's name as ``stage``.
    """
    node = machine.check_node()
    found: Found = {"Node": node, "CDK": machine.check_cdk()}
    if node.verdict is Verdict.WILL_FAIL:
        stage, found["settings"] = None, cannot_tell("reading them takes Node", node.fix)
    else:
        stage, found["settings"] = _read(context)
    found |= {"disk": machine.check_disk(), "prices": machine.check_prices()}
    if stage is not None:
        found |= {name: check(stage) for name, check in OF_THE_MACHINE.items()}
    found |= _of_the_account(cloud, stage)
    return [Check(name, finding) for name, finding in found.items() if finding is not None]


def _read(context: Mapping[str, Any]) -> tuple[Stage | None, Finding]:
    # Node's age is the Node check's; jsii would say it in ten lines.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    os.environ.setdefault("CDK_VALIDATION", "false")  # the deployment itself has it, and it takes 14 seconds
    from stacks.config import ConfigError  # noqa: PLC0415 - it starts Node, which may be missing
    from tools.doctor.stage import read_stage  # noqa: PLC0415 - as above

    try:
        stage = read_stage(context)
    except ConfigError as error:
        return None, will_fail("; ".join(str(error).splitlines()), "see docs/settings.md")
    except Exception as error:  # noqa: BLE001 - whatever ends a synthesis; the other checks go on
        why = f"the synthesis fails: {type(error).__name__}: {error}"
        return None, will_fail(why, f"`npx cdk synth -c stage={context['stage']}` says more")
    return stage, ok(f"{len(stage.templates)} stacks")


def _of_the_account(cloud: Cloud, stage: Stage | None) -> Found:
    found = at_once({"credentials": partial(account.check_credentials, cloud)}, SIGN_IN_SECONDS)
    if (signed_in := found["credentials"]) and signed_in.verdict is not Verdict.OK:
        nothing = cannot_tell(
            "nothing of the account can be read without credentials that work",
            "mend the credentials, and run again",
        )
        return found | dict.fromkeys(("region", *OF_THE_ACCOUNT), nothing)
    checks: dict[str, Callable[[], Finding | None]] = {"region": partial(account.check_region, cloud)}
    if stage is None:
        nothing = cannot_tell("that depends on the settings", "mend what is above, and run again")
        return found | at_once(checks, LOOK_SECONDS) | dict.fromkeys(OF_THE_ACCOUNT, nothing)
    checks |= {name: partial(check, cloud, stage) for name, check in OF_THE_ACCOUNT.items()}
    return found | at_once(checks, LOOK_SECONDS)


def at_once(checks: Mapping[str, Callable[[], Finding | None]], seconds: float) -> Found:
    """Run checks side by side, and return what each found within the time, in seconds.

    The threads are daemons: one that waits for a sign-in or a silent proxy doesn't keep the program.
    """
    results: dict[str, Future[Finding | None]] = {name: Future() for name in checks}
    for name, check in checks.items():
        Thread(target=_guarded, args=(check, results[name]), daemon=True).start()
    deadline = monotonic() + seconds
    found: Found = {}
    for name, result in results.items():
        try:
            found[name] = result.result(max(0.0, deadline - monotonic()))
        except TooLate:
            found[name] = cannot_tell(
                f"no response within {seconds:.0f} s", "check the network and the proxy"
            )
    return found


def _guarded(check: Callable[[], Finding | None], result: Future[Finding | None]) -> None:
    try:
        result.set_result(check())
    except (BotoCoreError, ClientError) as error:
        result.set_result(lookup_failed(error))
    except Exception as error:  # noqa: BLE001 - a stand-in for AWS may leave out what AWS's responses have
        result.set_result(cannot_tell(f"{type(error).__name__}: {error}", LOOK_YOURSELF))
