"""A newcomer: a user who isn't root, with a home and commands of their own, and copies of the project."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
SYSTEM = Path("/usr/bin")
END_SECONDS = 30


class Newcomer:
    """Runs commands: not as root, with umask 077, in the C locale, without git.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that everybody can get to, for all that is theirs.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.commands = folder / "bin"
        self.environment = {"HOME": str(self.home), "PATH": str(self.commands), "LC_ALL": "C"}
        self._options: dict[str, Any] = {"umask": 0o077}
        self.home.mkdir()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._options |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            for path in (folder, self.home):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        _link_commands(self.commands)

    def popen(self, command: list[str], cwd: Path, **options: Any) -> subprocess.Popen[str]:
        """Start a command in a process group of its own, as a shell does for what is typed into it."""
        return subprocess.Popen(command, cwd=cwd, text=True, process_group=0, **self._options | options)

    def run(self, command: list[str], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command with further variables, and return its output."""
        environment = self.environment | variables
        with self.popen(
            command, cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def checkout(self, name: str) -> "Checkout":
        """Unpack the project, uncommitted changes included, as an archive without history."""
        folder = self.home / name
        assert self.run(["mkdir", "-p", str(folder)], self.home).returncode == 0
        listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listing, cwd=PROJECT, check=True, capture_output=True).stdout
        packing = ["tar", "-c", "--null", "--ignore-failed-read", "-T", "-"]
        archive = subprocess.run(packing, cwd=PROJECT, input=names, check=True, capture_output=True).stdout
        unpacking = ["tar", "-x", "-C", str(folder)]
        subprocess.run(unpacking, input=archive, check=True, **self._options)
        return Checkout(self, folder)


class Checkout:
    """One copy of the project."""

    def __init__(self, newcomer: Newcomer, folder: Path) -> None:
        self.newcomer = newcomer
        self.folder = folder

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `make` with further environment variables."""
        return self.newcomer.run(["make", *arguments], self.folder, **variables)

    def interrupt(self, *arguments: str, at: Callable[[str], bool]) -> tuple[int, str]:
        """Run `make`, type Ctrl-C when it prints a line; return the exit code and all that it printed.

        Fails if that line isn't printed.
        """
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with self.newcomer.popen(
            ["make", *arguments], self.folder, env=self.newcomer.environment, **pipes
        ) as process:
            printed = []
            for line in process.stdout or ():
                printed.append(line)
                if at(line):
                    os.killpg(process.pid, signal.SIGINT)
                    break
            else:
                pytest.fail("".join(printed))
            rest, _ = process.communicate(timeout=END_SECONDS)
        return process.returncode, "".join(printed) + rest

    def copy_layers(self, other: "Checkout") -> None:
        """Take over the layers that another copy has built: hard links."""
        source, target = (each.folder / ".local" / "cdk.out" for each in (other, self))
        self.newcomer.run(["mkdir", "-p", str(target)], self.folder)
        done = self.newcomer.run(["cp", "-al", f"{source}/.", str(target)], self.folder)
        assert done.returncode == 0, done.stderr

    def processes(self) -> list[str]:
        """Return the commands of the running processes that have this folder in their environment."""
        deadline = time.monotonic() + END_SECONDS
        while (found := self._processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def _processes(self) -> list[str]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if f"{self.folder}/".encode() in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:  # it has ended meanwhile
                continue
        return found


@contextmanager
def without(newcomer: Newcomer, *names: str):
    """Take commands away for a while."""
    links = {newcomer.commands / name: (newcomer.commands / name).readlink() for name in names}
    for link in links:
        link.unlink()
    try:
        yield
    finally:
        for link, target in links.items():
            link.symlink_to(target)


def _link_commands(folder: Path) -> None:
    """Make the only folder of the PATH: the system's commands without git, and Python and Node."""
    folder.mkdir()
    found = {path.name: path for path in SYSTEM.iterdir() if not path.name.startswith("git")}
    for name, path in (
        ("python3.11", f"{sys.base_prefix}/bin/python3.11"),
        ("node", shutil.which("node")),
        ("npm", shutil.which("npm")),
    ):
        found.setdefault(name, Path(path or "/missing"))
    for name, path in found.items():
        (folder / name).symlink_to(path)
