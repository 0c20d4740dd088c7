"""The checks read real machine code: numpy's, scipy's, and copies in which a name or a number is changed."""

import re
import sysconfig
from pathlib import Path

import pytest

from layer_build.checks import (
    UNPACKED_LIMIT,
    LayerError,
    check_machine_code,
    check_size,
    needed_versions,
)

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
NUMPY = next(SITE_PACKAGES.glob("numpy/_core/_multiarray_umath.*.so")).read_bytes()
SCIPY = next(SITE_PACKAGES.glob("scipy/fft/_pocketfft/pypocketfft.*.so")).read_bytes()


def put(folder: Path, content: bytes) -> Path:
    package = folder / "package"
    package.mkdir()
    (package / "extension.so").write_bytes(content)
    return folder


def test_needed_versions_of_numpy_are_those_that_readelf_shows():
    glibc = {"GLIBC_2.2.5", "GLIBC_2.3", "GLIBC_2.10", "GLIBC_2.14"}
    assert set(needed_versions(NUMPY)) == glibc | {"GLIBCXX_3.4", "GCC_3.4"}


def test_machine_code_that_loads_is_counted_and_other_files_are_not(tmp_path):
    put(tmp_path, NUMPY)
    (tmp_path / "module.py").write_text("x = 1\n")
    (tmp_path / "empty.so").touch()
    assert check_machine_code(tmp_path) == 1


@pytest.mark.parametrize(
    ("binary", "known", "newer"),
    [
        (NUMPY, b"GLIBC_2.14\0", b"GLIBC_2.27\0"),
        (NUMPY, b"GLIBC_2.14\0", b"GLIBC_3.0\0\0"),
        (NUMPY, b"GLIBC_2.14\0", b"GLIBC_ABI_\0"),
        (SCIPY, b"GLIBCXX_3.4.18\0", b"GLIBCXX_3.4.25\0"),
    ],
)
def test_symbol_newer_than_amazon_linux_2_is_refused_by_name(tmp_path, binary, known, newer):
    assert known in binary
    put(tmp_path, binary.replace(known, newer))
    wanted = newer.rstrip(b"\0").decode()
    with pytest.raises(
        LayerError, match=rf"^package/extension\.so: needs {re.escape(wanted)}, .*requirements"
    ):
        check_machine_code(tmp_path)


def test_symbol_of_exactly_glibc_2_26_is_accepted(tmp_path):
    put(tmp_path, NUMPY.replace(b"GLIBC_2.14\0", b"GLIBC_2.26\0"))
    assert check_machine_code(tmp_path) == 1


def test_binary_for_another_machine_is_refused(tmp_path):
    aarch64 = (183).to_bytes(2, "little")
    put(tmp_path, NUMPY[:0x12] + aarch64 + NUMPY[0x14:])
    with pytest.raises(LayerError, match=r"extension\.so: not for x86_64 \(ELF machine 183\)"):
        check_machine_code(tmp_path)


@pytest.mark.parametrize("length", [4, 20, 64, len(NUMPY) // 2])
def test_truncated_binary_is_refused_as_damaged(tmp_path, length):
    put(tmp_path, NUMPY[:length])
    with pytest.raises(LayerError, match=r"extension\.so: a damaged ELF file"):
        check_machine_code(tmp_path)


def test_layer_of_the_limits_size_is_accepted_and_one_byte_more_is_refused(tmp_path):
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(UNPACKED_LIMIT)
    assert check_size(tmp_path) == 262_144_000
    (tmp_path / "one").write_bytes(b"x")
    with pytest.raises(LayerError) as refusal:
        check_size(tmp_path)
    message = str(refusal.value)
    assert "262,144,001" in message
    assert "262,144,000" in message
    assert "requirements.in" in message
    assert "\n" not in message
