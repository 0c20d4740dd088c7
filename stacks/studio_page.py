"""How the studio's page is built: by the Vite that package-lock.json pins, here or in Node's image."""

import shlex
from pathlib import Path

PROJECT = Path(__file__).parent.parent
VITE = "node_modules/.bin/vite"
IMAGE = "public.ecr.aws/docker/library/node:24-slim"
# All that Vite reads, beside the packages: a test builds the page from these alone.
SOURCES = (
    "web",
    "clients/typescript/src",
    "lambda_src/inference/default_model/model.json",
    "package.json",
    "package-lock.json",
)
NOT_SOURCES = {"dist", "node_modules"}


def page_sources() -> list[str]:
    """Return the files that decide the page's bytes, as POSIX paths relative to the project."""
    paths = [path for name in SOURCES for path in [PROJECT / name, *(PROJECT / name).rglob("*")]]
    names = [path.relative_to(PROJECT) for path in paths if path.is_file()]
    return sorted(name.as_posix() for name in names if not NOT_SOURCES.intersection(name.parts))


def build_here(out: str) -> list[str]:
    """Return the command that builds the page into a folder; it is run in the project.

    Raises
    ------
    RuntimeError
        If Vite isn't installed.
    """
    if not (PROJECT / VITE).exists():
        raise RuntimeError(
            "node_modules has no Vite to build the studio with: run `npm ci`, or set bundling to docker"
        )
    return ["sh", "-c", _build(out)]


def build_in_container(out: str) -> list[str]:
    """Return the command that builds the page in Node's image, from a mounted project.

    Packages of the machine that mounts it are for its own system: the container installs those of its own, in
    a copy.
    """
    steps = [
        "copy=$(mktemp -d)",
        f"cp -R --parents {' '.join(SOURCES)} $copy",
        "cd $copy",
        "npm ci --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error --cache=$copy/cache",
        _build(out),
    ]
    return ["sh", "-ec", "\n".join(steps)]


def _build(out: str) -> str:
    """Return the build's shell command, whose last line is for people: Vite's own are those of its stack."""
    return (
        f"{VITE} build web --outDir {shlex.quote(out)} --emptyOutDir --logLevel warn || "
        '{ echo "error: the studio is not built; Vite says why above" >&2; exit 1; }'
    )
