"""Stand-ins for Lambda's images, made of this machine's own Python: no registry of images is needed.

They have the names and the commands of the real images, but this machine's glibc. What runs in them proves
the road (the call, the mounts, the Dockerfile) and the bytes that come out, and nothing about glibc 2.26.
"""

import os
import re
import shutil
import ssl
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable
from pathlib import Path

from tests.containers.engine import Engine, EngineError

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
TOOLS = ("sh", "cp", "find", "rm", "mkdir", "mktemp", "ln", "chmod", "strip")
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# Of the standard library, what neither pip nor a handler needs; site-packages are this environment's.
LEFT_OUT = {
    *("site-packages", "dist-packages", "test", "idlelib", "tkinter", "turtledemo", "ensurepip"),
    "EXTERNALLY-MANAGED",  # Debian's mark on a Python that pip mustn't change; Lambda's images have none
}
RUNTIME_CLIENT = ("awslambdaric", "simplejson", "snapshot_restore_py.py")
RUNTIME_FOLDER = "/var/runtime"


def import_build_image(engine: Engine, name: str, folder: Path) -> None:
    """Import a stand-in for the image that Lambda's code is built in: Python with pip, and a shell."""
    tar = _pack(folder / "build.tar", {_base_site_packages(): [_installed("pip")]})
    engine.run("import", *_changes(f"ENV PIP_CERT={CERTIFICATES}"), str(tar), name)
    tar.unlink()


def import_function_image(engine: Engine, name: str, folder: Path) -> None:
    """Import a stand-in for Lambda's Python base image: Python and the real runtime client.

    As there, layers' packages are found in /opt/python, and the command is the handler's name.
    """
    client = [*map(_installed, RUNTIME_CLIENT), *_runtime_client()]
    tar = _pack(folder / "function.tar", {RUNTIME_FOLDER: client})
    changes = _changes(
        "ENV LAMBDA_TASK_ROOT=/var/task",
        f"ENV PYTHONPATH=/var/task:/opt/python:{RUNTIME_FOLDER}",
        "WORKDIR /var/task",
        f'ENTRYPOINT ["python{PYTHON}", "-m", "awslambdaric"]',
    )
    engine.run("import", *changes, str(tar), name)
    tar.unlink()


def import_node_image(engine: Engine, name: str, folder: Path) -> None:
    """Import a stand-in for Node's image: this machine's Node with its npm, and a shell."""
    node, npm = (Path(os.path.realpath(_found(program))) for program in ("node", "npm"))
    tools = [_found(tool) for tool in (*TOOLS, "env")]
    # Vite's compiled parts, which `npm ci` fetches in the container, need libraries of glibc's beyond Node's.
    compiled = (Path(__file__).parents[2] / "node_modules").glob("@rolldown/*/*.node")
    tar = folder / "node.tar"
    with tarfile.open(tar, "w", dereference=True) as packed:
        packed.add(node, "usr/bin/node")
        packed.add(npm.parents[1], "usr/lib/node_modules/npm")
        packed.addfile(
            _entry("usr/bin/npm", tarfile.SYMTYPE, target="../lib/node_modules/npm/bin/npm-cli.js")
        )
        for tool in tools:
            packed.add(tool, f"usr/bin/{tool.name}")
        for file in _shared_libraries([node, *tools, *compiled]):
            packed.add(file)
        _add_ground(packed)
    engine.run("import", *_changes(f"ENV NODE_EXTRA_CA_CERTS={CERTIFICATES}"), str(tar), name)
    tar.unlink()


def _found(program: str) -> Path:
    path = shutil.which(program)
    if path is None:
        raise EngineError(f"no {program} to make a stand-in of")
    return Path(path)


def _changes(*instructions: str) -> list[str]:
    instructions = ("ENV PATH=/usr/local/bin:/usr/bin:/bin", *instructions)
    return [f"--change={instruction}" for instruction in instructions]


def _pack(path: Path, packages: dict[str, list[Path]]) -> Path:
    """Pack Python, tools and libraries under their own paths, and packages into the named folders."""
    python = Path(os.path.realpath(_base_python()))
    library = Path(sysconfig.get_path("stdlib"))
    tools = [Path(found) for found in map(shutil.which, TOOLS) if found]
    # The client brings GCC's libraries for C++ along, which all of Lambda's images have; uv brings those of
    # glibc's that Python itself doesn't need.
    native = [
        *library.glob("lib-dynload/*.so"),
        *_runtime_client(),
        Path(sysconfig.get_path("scripts"), "uv"),
    ]
    with tarfile.open(path, "w", dereference=True) as tar:
        tar.add(python)
        tar.add(library, filter=lambda entry: None if Path(entry.name).name in LEFT_OUT else entry)
        for file in _shared_libraries([python, *tools, *native]):
            tar.add(file)
        for tool in tools:
            tar.add(tool, f"usr/bin/{tool.name}")
        for folder, contents in packages.items():
            for package in contents:
                tar.add(package, f"{folder}/{package.name}")
        _add_ground(tar)
        if str(python) != f"/usr/bin/python{PYTHON}":
            tar.addfile(_entry(f"usr/bin/python{PYTHON}", tarfile.SYMTYPE, target=str(python)))
    return path


def _add_ground(tar: tarfile.TarFile) -> None:
    """Pack what any image has: certificates, a folder for temporary files, and the shell's place."""
    certificates = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or CERTIFICATES
    tar.add(certificates, CERTIFICATES)
    tar.addfile(_entry("tmp", tarfile.DIRTYPE, mode=0o1777))
    tar.addfile(_entry("bin", tarfile.SYMTYPE, target="usr/bin"))


def _entry(name: str, kind: bytes, *, target: str = "", mode: int = 0o755) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.mode = kind, target, mode
    return entry


def _shared_libraries(programs: Iterable[Path]) -> list[str]:
    """Return the libraries that the loader of this machine finds for some programs."""
    found = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    return sorted(set(re.findall(r"(/\S+) \(0x", found)))


def _base_python() -> str:
    """Return the interpreter behind this virtual environment."""
    return sys._base_executable  # type: ignore[attr-defined,no-any-return]


def _base_site_packages() -> str:
    """Return the folder in which that interpreter looks for packages."""
    code = "import site; print(site.getsitepackages()[0])"
    done = subprocess.run(
        [_base_python(), "-I", "-c", code], capture_output=True, text=True, check=True, env={}
    )
    return done.stdout.strip()


def _runtime_client() -> list[Path]:
    """Return the compiled part of Lambda's runtime client."""
    return list(Path(sysconfig.get_path("platlib")).glob("runtime_client.*.so"))


def _installed(name: str) -> Path:
    """Return a package or module of this environment."""
    return Path(sysconfig.get_path("platlib")) / name
