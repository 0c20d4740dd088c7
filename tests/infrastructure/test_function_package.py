"""The functions' code, as it is copied and compiled."""

import subprocess
import sys

from stacks.function_package import build_command


def test_code_of_a_checkout_that_only_its_owner_reads_is_readable_by_everybody(tmp_path):
    source, out = tmp_path / "source", tmp_path / "out"
    (source / "package").mkdir(parents=True, mode=0o700)
    (source / "package" / "module.py").touch(mode=0o600)

    subprocess.run(build_command(["."])(sys.executable, str(out)), cwd=source, check=True, umask=0o077)

    modes = {path.relative_to(out).as_posix(): f"{path.stat().st_mode & 0o777:o}" for path in out.rglob("*")}
    cache = "package/__pycache__"
    compiled = f"{cache}/module.{sys.implementation.cache_tag}.pyc"
    assert modes == {"package": "755", "package/module.py": "644", cache: "755", compiled: "644"}
