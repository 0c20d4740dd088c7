"""The stage `local` in a cloud that enforces IAM, says 403 as S3 does, and records what each role calls."""

from typing import Any

import pytest

from tests.e2e.conftest import PROJECT, free_port, stage_python
from tests.e2e.layers import kept_layers
from tests.e2e.least_privilege.home import EnforcingHome
from tests.e2e.roles.deployed import Deployed
from tests.e2e.roles.work import fill, study, wait_for_runs, work
from tools.local_cloud import deployment, process

CLOUD = PROJECT / "tests" / "e2e" / "roles" / "cloud.py"


@pytest.fixture(scope="package")
def deployed(tmp_path_factory: pytest.TempPathFactory):
    """Deploy into an empty cloud."""
    home = EnforcingHome(tmp_path_factory.mktemp("roles"), free_port(), stage_python())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "PROGRAM", CLOUD)
        patch.setenv("RECORD", str(home.path / "record.jsonl"))
        try:
            home.start()
            deployment.bootstrap(home)
            with kept_layers(home.path / "cdk.out"):
                outputs = deployment.deploy(home)
            deployed = Deployed(home, outputs)
            deployed.add_roles_of_other_stages()
            yield deployed
        finally:
            process.stop(home)


@pytest.fixture(scope="package")
def nothing(deployed: Deployed) -> dict[str, Any]:
    """Have each role do its work where nothing is there yet; give what came of it."""
    done = work(deployed, "first")
    wait_for_runs(deployed)
    return done


@pytest.fixture(scope="package")
def things(deployed: Deployed, nothing: dict[str, Any]) -> dict[str, Any]:
    """Have each role do its work where all of it is there; give what came of it."""
    fill(deployed)
    studied = study(deployed)
    done = work(deployed, "second")
    (new,) = [each["version"] for each in done["models"]["models"] if each["version"] != done["model"]]
    deployed.job("Training", "promote", new, "--force", "its owner decided")
    wait_for_runs(deployed)
    return done | {"studied": studied, "new": new, "live": deployed.job("Training", "models")["live"]}
