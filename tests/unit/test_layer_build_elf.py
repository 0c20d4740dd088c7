"""The reader of machine code, against what binutils' readelf prints of the same files."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from layer_build.elf import Elf, ElfError, is_elf

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
FILES = [
    next(SITE_PACKAGES.glob("numpy/_core/_multiarray_umath.*.so")),
    next(SITE_PACKAGES.glob("scipy/fft/_pocketfft/pypocketfft.*.so")),
    next(SITE_PACKAGES.glob("numpy.libs/libscipy_openblas*")),
]


def readelf(option, path):
    done = subprocess.run(["readelf", "-W", option, path], capture_output=True, text=True, check=True)
    return done.stdout


def needs(path):
    """Return what readelf shows of the symbol versions that a file needs, sorted, by library."""
    found = {}
    for line in readelf("-V", path).partition("needs section")[2].splitlines():
        if file := re.search(r"File: (\S+)", line):
            versions = found.setdefault(file[1], [])
        elif name := re.search(r"Name: (\S+)", line):
            versions.append(name[1])
    return {library: sorted(versions) for library, versions in found.items()}


@pytest.mark.skipif(not shutil.which("readelf"), reason="binutils isn't installed")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_headers_are_those_that_readelf_shows(path):
    elf = Elf(path.read_bytes())
    dynamic = readelf("-d", path)
    assert elf.machine == 62
    assert elf.needed == re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    assert [elf.soname] == (re.findall(r"\(SONAME\).*\[(.*)\]", dynamic) or [""])
    assert ":".join(elf.rpath) == "".join(re.findall(r"\(RPATH\).*\[(.*)\]", dynamic))
    assert ":".join(elf.runpath) == "".join(re.findall(r"\(RUNPATH\).*\[(.*)\]", dynamic))
    loads = re.findall(r"^  LOAD +(0x\w+) (0x\w+)", readelf("-l", path), re.MULTILINE)
    assert [(s.offset, s.address) for s in elf.segments if s.kind == 1] == [
        (int(offset, 16), int(address, 16)) for offset, address in loads
    ]
    assert {library: sorted(versions) for library, versions in elf.needed_versions.items()} == needs(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\x7fELF", "no ELF header"),
        (b"\x7fELF\x02\x02" + bytes(60), "not 64-bit little-endian"),
    ],
)
def test_what_is_not_for_a_lambda_machine_is_refused(content, problem):
    with pytest.raises(ElfError, match=problem):
        Elf(content)


@pytest.mark.parametrize(
    ("offset", "problem"),
    [
        (0x27, "a table points outside the file"),  # where the program headers are
        (0x39, "a table points outside the file"),  # how many there are
    ],
)
def test_damaged_header_is_an_elf_error(offset, problem):
    damaged = bytearray(FILES[1].read_bytes())
    damaged[offset] = 0xFF

    with pytest.raises(ElfError, match=problem):
        _ = Elf(bytes(damaged)).needed


def test_file_is_known_by_its_first_bytes(tmp_path):
    (tmp_path / "module.so").write_text("not machine code")
    assert is_elf(FILES[0])
    assert not is_elf(tmp_path / "module.so")
