"""``up`` deploys the whole service here, stores a review and gets a prediction; ``down`` removes it."""

import argparse
import errno
import json
import signal
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

from stacks.local_cloud import STAGE
from tools.local_cloud import deployment, process
from tools.local_cloud.environment import cloud_python, stage_runtime
from tools.local_cloud.home import FULL_DISK, PROJECT, CanaryFailedError, Home, LocalCloudError

INTERRUPTED = 130  # 128 and the number of the signal, as of a shell


class Steps:
    """The progress on stderr: a line for each step, with the seconds since the first began."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Print the name of the step that begins now."""
        print(f"[{time.monotonic() - self._began:5.1f} s] {text}", file=sys.stderr, flush=True)


def up(home: Home, reviews: list[Path]) -> None:
    """Train if there are reviews, start the cloud, deploy, publish, predict; finished steps are skipped."""
    steps = Steps()
    if reviews:
        steps.say(f"model: training on {', '.join(map(str, reviews))}")
        deployment.train(home, reviews)
    home = replace(home, python=cloud_python(stage_runtime(home)))
    outputs = _deployed(home, steps)
    api, bucket = outputs[f"recall-{STAGE}-api"], outputs[f"recall-{STAGE}-data-lake"]["Bucket"]
    endpoint = deployment.stage_url(home, api["ApiId"])
    key = deployment.read_api_key(home, api["ApiKeyId"])
    if reviews:
        steps.say("publishing the model")
    version = deployment.publish(home, bucket) if reviews else None
    steps.say("waiting for a prediction")
    version, response = deployment.wait_for_prediction(endpoint, key, version)
    studied = ""
    if f"recall-{STAGE}-memory" in outputs:
        steps.say("storing a review")
        path, review, stored = deployment.study(endpoint, key)
        studied = f"{_curl(endpoint + path, key, review)}\n{stored}\n\n"
    written = {
        "endpoint": endpoint,
        "api_key": key,
        "bucket": bucket,
        "model_version": version,
        "dashboard": outputs[f"recall-{STAGE}-monitoring"]["Dashboard"],
    }
    for name, stack, output in (
        ("table_bucket", "learning", "TableBucketArn"),
        ("learners_table", "memory", "Table"),
    ):
        if (deployed := outputs.get(f"recall-{STAGE}-{stack}")) is not None:
            written[name] = deployed[output]
    page = ""
    if (studio := outputs.get(f"recall-{STAGE}-studio")) is not None:
        steps.say("the studio's page")
        deployment.build_studio(home)
        learning = outputs.get(f"recall-{STAGE}-learning", {})
        operations_api = learning.get("OperationsApiId")
        written["studio"] = deployment.put_studio(home, studio["Bucket"], endpoint, operations_api)
        page = f"studio    {written['studio']}\n"
    home.outputs.write_text(json.dumps(written, indent=2) + "\n")
    steps.say("up")
    print(
        f"\nendpoint  {endpoint}\nAPI key   {key}\nmodel     {version}\n"
        f"{page}\n"
        f"{studied}{_curl(f'{endpoint}/v1/predict', key, json.dumps(deployment.EXAMPLE))}\n{response}"
    )


def _curl(url: str, key: str, body: str) -> str:
    """Return the command that sends a request, past the user's proxy if there is one."""
    proxies = urllib.request.getproxies()
    past = " --noproxy 127.0.0.1" if proxies and not urllib.request.proxy_bypass("127.0.0.1") else ""
    return f"curl -s{past} {url} -H 'x-api-key: {key}' -H 'Content-Type: application/json' \\\n  -d '{body}'"


def _deployed(home: Home, steps: Steps) -> dict[str, dict[str, str]]:
    """Start the cloud, deploy every stack into it, and return the outputs by stack name."""
    steps.say(f"local cloud: {home.url}")
    empty = process.start(home)
    try:
        if empty:
            steps.say("cdk bootstrap")
            deployment.bootstrap(home)
        steps.say("cdk deploy (the first time also builds the layers)")
        return deployment.deploy(home)
    except KeyboardInterrupt:
        if empty:  # and good for nothing yet; one that was running keeps what it has
            process.stop(home)
        raise
    except CanaryFailedError:  # an empty cloud would get the same layer
        raise
    except LocalCloudError:
        if empty:
            raise
    # An earlier run was killed half-way.
    steps.say("the deployment does not fit what an earlier run left; again, into an empty cloud")
    process.stop(home)
    return _deployed(home, steps)


def _port(text: str) -> int:
    lowest, highest = 1024, 65_535
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise argparse.ArgumentTypeError(
            f"{text!r} must be a number from {lowest} to {highest}, such as 4566"
        )
    return int(text)


def main() -> int:
    """Run the command line; a failure is one line and exit code 2."""
    parser = argparse.ArgumentParser(prog="python -m tools.local_cloud", description=__doc__)
    add = parser.add_argument
    add("command", choices=["up", "down"])
    add("--port", type=_port, default=4566, help="port of the local cloud on 127.0.0.1 (4566)")
    add("--home", type=Path, default=PROJECT / ".local", help="folder for its files (.local)")
    add("--reviews", type=Path, nargs="*", default=[], help="review logs to train a model on (none)")
    arguments = parser.parse_args()
    home = Home(arguments.home.resolve(), arguments.port)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, signal.default_int_handler)
    try:
        if arguments.command == "up":
            up(home, [path.resolve() for path in arguments.reviews])
        else:
            print("stopped" if process.stop(home) else "nothing was running")
    except LocalCloudError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename or home.path}: {error.strerror}{_fix(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; `make up` goes on from here", file=sys.stderr)
        return INTERRUPTED
    return 0


def _fix(error: OSError) -> str:
    return f"; {FULL_DISK}" if error.errno in {errno.ENOSPC, errno.EDQUOT} else ""


if __name__ == "__main__":
    sys.exit(main())
