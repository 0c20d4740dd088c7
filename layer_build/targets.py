"""Targets: a layer for a Lambda runtime and an architecture, and which symbol versions the system there has.

Sources: "Lambda runtimes" in AWS's Lambda developer guide (which runtime is on which Amazon Linux); the
versions of glibc and GCC in Amazon Linux 2 (2.26, 7.3) and 2023 (2.34, 11); libstdc++'s "ABI policy and
guidelines" (which symbol versions a GCC brings); the ``zlib.map`` of the zlib in both (1.2.7, 1.2.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from layer_build.errors import LayerError
from layer_build.layers import ML, Layer

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class System:
    """A generation of Amazon Linux: the newest symbol versions that its libraries have."""

    name: str
    short_name: str
    glibc: tuple[int, int]
    glibcxx: tuple[int, int, int]
    cxxabi: tuple[int, int, int]
    zlib: tuple[int, int, int]
    uv_manylinux: str
    """What uv calls the oldest of its platforms that isn't older than the system's.

    The hashes of a lock keep out what is newer than the system.
    """

    @property
    def ceilings(self) -> Mapping[str, tuple[int, ...]]:
        """The newest version of each family of symbols in the system's libraries."""
        return {
            "GLIBC": self.glibc,
            "GLIBCXX": self.glibcxx,
            "CXXABI": self.cxxabi,
            "ZLIB": self.zlib,
            "GCC": (7, 0, 0),  # libgcc's newest on x86_64, in GCC 7 and in GCC 11
        }


AL2 = System(
    "Amazon Linux 2",
    "al2",
    glibc=(2, 26),
    glibcxx=(3, 4, 24),
    cxxabi=(1, 3, 11),
    zlib=(1, 2, 7),
    uv_manylinux="manylinux_2_28",
)
AL2023 = System(
    "Amazon Linux 2023",
    "al2023",
    glibc=(2, 34),
    glibcxx=(3, 4, 29),
    cxxabi=(1, 3, 13),
    zlib=(1, 2, 11),
    uv_manylinux="manylinux_2_34",
)

RUNTIMES = {"python3.11": AL2, "python3.12": AL2023, "python3.13": AL2023, "python3.14": AL2023}

# Lambda's name of an architecture, the wheels' name, and ELF's number (e_machine).
ARCHITECTURES = {"x86_64": ("x86_64", 62), "arm64": ("aarch64", 183)}


@dataclass(frozen=True)
class Target:
    """A layer for a runtime and an architecture; `find_target` checks the names.

    Attributes
    ----------
    runtime : str
        Lambda's name, such as ``python3.11``.
    arch : str
        Lambda's name, ``x86_64`` or ``arm64``.
    layer : Layer
        One of `layer_build.layers.LAYERS`.
    """

    runtime: str
    arch: str
    layer: Layer = ML

    @property
    def name(self) -> str:
        """Such as ``python3.13-arm64``, or ``jobs-python3.13-arm64`` for another layer than the ML layer."""
        return f"{self._prefix}{self.runtime}-{self.arch}"

    @property
    def _prefix(self) -> str:
        return "" if self.layer == ML else f"{self.layer.name}-"

    @property
    def beneath(self) -> Target | None:
        """The target of the layer that this one builds on, if there is one."""
        return Target(self.runtime, self.arch, self.layer.beneath) if self.layer.beneath else None

    @property
    def python(self) -> tuple[int, int]:
        """Version of Python, such as ``(3, 11)``."""
        major, minor = self.runtime.removeprefix("python").split(".")
        return int(major), int(minor)

    @property
    def system(self) -> System:
        """The system that the runtime is built on."""
        return RUNTIMES[self.runtime]

    @property
    def wheel_arch(self) -> str:
        """The architecture's name in wheels' tags, ``x86_64`` or ``aarch64``."""
        return ARCHITECTURES[self.arch][0]

    @property
    def machine(self) -> int:
        """ELF's number of the architecture, ``e_machine``."""
        return ARCHITECTURES[self.arch][1]

    @property
    def lock(self) -> Path:
        """The file that pins the layer's wheels."""
        return FOLDER / "locks" / f"{self.name}.txt"

    @property
    def requirements(self) -> Path:
        """The file that the lock is resolved from."""
        system = f"{self._prefix}{self.system.short_name}"
        names = (f"{system}-{self.arch}", system, self.layer.name)
        files = [FOLDER / f"requirements-{name}.in" for name in names]
        return next((file for file in files if file.exists()), files[1])

    @property
    def platforms(self) -> list[str]:
        """Every wheel tag that can load, best first: pip compares tags literally."""
        newest = self.system.glibc[1]
        tags = [f"manylinux_2_{minor}_{self.wheel_arch}" for minor in range(newest, 16, -1)]
        return [*tags, f"manylinux2014_{self.wheel_arch}"]


def find_target(runtime: str, arch: str, layer: Layer = ML) -> Target:
    """Return the target of a layer, a runtime and an architecture.

    Raises
    ------
    LayerError
        If there is no such runtime or architecture, or the layer's wheels don't load on the runtime's system.
    """
    if runtime not in RUNTIMES:
        raise LayerError(f"runtime {runtime} is unknown; choose one of {', '.join(RUNTIMES)}")
    if arch not in ARCHITECTURES:
        raise LayerError(f"architecture {arch} is unknown; choose one of {', '.join(ARCHITECTURES)}")
    if runtime not in runtimes_of(layer):
        system = RUNTIMES[runtime]
        needs, has = (".".join(map(str, glibc)) for glibc in (layer.glibc, system.glibc))
        raise LayerError(
            f"the {layer.title} needs glibc {needs}, and {system.name} of {runtime} has {has}; "
            f"choose one of {', '.join(runtimes_of(layer))}"
        )
    return Target(runtime, arch, layer)


def runtimes_of(layer: Layer) -> list[str]:
    """Return the runtimes on whose system a layer's wheels load."""
    return [name for name, system in RUNTIMES.items() if system.glibc >= layer.glibc]


def targets_of(layer: Layer) -> list[Target]:
    """Return all targets of a layer."""
    return [Target(runtime, arch, layer) for runtime in runtimes_of(layer) for arch in ARCHITECTURES]
