"""A container engine without Docker: Debian's podman and runc, with images and settings of its own."""

import os
import shutil
import subprocess
from pathlib import Path

# No systemd, no bridge and no daemon are needed: containers use the machine's own network, for pip.
SETTINGS = """\
[containers]
netns = "host"
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
"""
STORAGE = """\
[storage]
driver = "overlay"
graphroot = "{folder}/images"
runroot = "{folder}/run"
"""


class EngineError(Exception):
    """Podman isn't there or failed; the message says why."""


class Engine:
    """Podman with its images in a folder, so that the user's own stay as they are.

    Parameters
    ----------
    folder : pathlib.Path
        Gets settings and images.

    Raises
    ------
    EngineError
        If podman isn't there, or this user isn't root.
    """

    def __init__(self, folder: Path) -> None:
        missing = [program for program in ("podman", "runc") if shutil.which(program) is None]
        if missing:
            raise EngineError(f"no {' and no '.join(missing)}: apt-get install podman runc")
        if os.geteuid() != 0:
            raise EngineError("podman is only set up for root here")
        (folder / "containers.conf").write_text(SETTINGS)
        (folder / "storage.conf").write_text(STORAGE.format(folder=folder))
        self.environment = os.environ | {
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        }

    def run(self, *arguments: str) -> str:
        """Run podman and return what it prints.

        Raises
        ------
        EngineError
            With the end of podman's own words, if it fails.
        """
        command = ["podman", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EngineError(f"podman {arguments[0]}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def close(self) -> None:
        """Remove every image and its mounts; `system reset` would also remove the user's own networks."""
        self.run("image", "unmount", "--all", "--force")
        self.run("rmi", "--all", "--force")
