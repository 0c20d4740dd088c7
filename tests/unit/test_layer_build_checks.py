"""The gates, each against a real input that breaks it: numpy's and scipy's machine code, changed or cut."""

import re
import sysconfig
from pathlib import Path

import pytest

from layer_build.checks import UNZIPPED_LIMIT, check_machine_code, check_total, size_of
from layer_build.errors import LayerError
from layer_build.packages import check_licences, licence_files
from layer_build.targets import find_target

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
NUMPY = next(SITE_PACKAGES.glob("numpy/_core/_multiarray_umath.*.so"))
NUMPY_LIBS = sorted((SITE_PACKAGES / "numpy.libs").iterdir())
OPENBLAS = next(path for path in NUMPY_LIBS if "openblas" in path.name)
PLAIN = next(SITE_PACKAGES.glob("numpy/random/_common.*.so")).read_bytes()  # needs the system only
CPP = next(SITE_PACKAGES.glob("scipy/fft/_pocketfft/pypocketfft.*.so")).read_bytes()

AL2 = find_target("python3.11", "x86_64")
AL2023 = find_target("python3.13", "x86_64")
ARM = find_target("python3.11", "arm64")


@pytest.fixture
def put(tmp_path):
    """Write machine code into a folder, which is returned."""

    def write(content):
        (tmp_path / "package").mkdir()
        (tmp_path / "package" / "extension.so").write_bytes(content)
        return tmp_path

    return write


@pytest.fixture
def numpy_layer(tmp_path):
    """Lay out numpy's largest extension with the libraries that it brings."""
    for source in [NUMPY, *NUMPY_LIBS]:
        copy = tmp_path / source.relative_to(SITE_PACKAGES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    return tmp_path


def renamed(binary, known, other):
    """Return machine code that needs another symbol version, of a name as long."""
    assert known in binary
    assert len(known) == len(other)
    return binary.replace(known, other)


def test_machine_code_that_loads_is_counted_and_other_files_are_not(put):
    folder = put(PLAIN)
    (folder / "module.py").write_text("x = 1\n")
    (folder / "empty.so").touch()
    assert check_machine_code(folder, AL2) == 1


@pytest.mark.parametrize(
    ("target", "binary", "known", "newer"),
    [
        (AL2, PLAIN, b"GLIBC_2.14\0", b"GLIBC_2.27\0"),
        (AL2, PLAIN, b"GLIBC_2.14\0", b"GLIBC_ABI_\0"),
        (AL2, PLAIN, b"GLIBC_2.14\0", b"NEWLIB_1.0\0"),
        (AL2, CPP, b"CXXABI_1.3\0", b"CXXABI_1.4\0"),
        (AL2023, PLAIN, b"GLIBC_2.14\0", b"GLIBC_2.35\0"),
        (AL2023, CPP, b"GLIBCXX_3.4.18\0", b"GLIBCXX_3.4.30\0"),
    ],
)
def test_symbol_newer_than_the_system_is_refused_by_name(put, target, binary, known, newer):
    folder = put(renamed(binary, known, newer))
    wanted = re.escape(newer.rstrip(b"\0").decode())
    system = re.escape(target.system.name)
    with pytest.raises(
        LayerError, match=rf"^package/extension\.so: needs {wanted}; {system} has glibc .*requirements-"
    ):
        check_machine_code(folder, target)


@pytest.mark.parametrize(
    ("target", "binary", "known", "newest"),
    [
        (AL2, PLAIN, b"GLIBC_2.14\0", b"GLIBC_2.26\0"),
        (AL2023, CPP, b"GLIBCXX_3.4.18\0", b"GLIBCXX_3.4.29\0"),
    ],
)
def test_newest_symbol_of_the_system_is_accepted(put, target, binary, known, newest):
    assert check_machine_code(put(renamed(binary, known, newest)), target) == 1


def test_binary_for_another_machine_is_refused(put):
    with pytest.raises(LayerError, match=r"extension\.so: not for arm64 \(ELF machine 62\)"):
        check_machine_code(put(PLAIN), ARM)


def test_truncated_binary_is_refused_as_damaged(put):
    with pytest.raises(LayerError, match=r"^package/extension\.so: a damaged ELF file \(.*build the layer"):
        check_machine_code(put(PLAIN[:3000]), AL2)


def test_libraries_that_the_layer_brings_are_found_as_the_loader_finds_them(numpy_layer):
    assert check_machine_code(numpy_layer, AL2) == 1 + len(NUMPY_LIBS)


def test_library_that_is_not_where_the_loader_looks_is_refused_with_who_needs_it(numpy_layer):
    (numpy_layer / "numpy.libs").rename(numpy_layer / "elsewhere")
    with pytest.raises(LayerError, match=rf"^numpy/_core/{NUMPY.name}: needs {OPENBLAS.name}, and neither"):
        check_machine_code(numpy_layer, AL2)


def test_library_that_no_system_has_is_refused(put):
    with pytest.raises(LayerError, match=r"extension\.so: needs libq\.so\.6, and neither Amazon Linux 2 nor"):
        check_machine_code(put(renamed(PLAIN, b"libc.so.6\0", b"libq.so.6\0")), AL2)


def test_function_and_layer_of_the_limit_together_are_accepted_and_one_byte_more_is_refused():
    assert check_total(1_000, UNZIPPED_LIMIT - 1_000) == 0
    assert check_total(1_000, 2_000_000) == 260_143_000
    with pytest.raises(LayerError) as refusal:
        check_total(1_001, UNZIPPED_LIMIT - 1_000)
    message = str(refusal.value)
    assert "262,143,000 + 1,001 bytes, 1 over Lambda's 262,144,000" in message
    assert "python -m layer_build report" in message
    assert "\n" not in message


def test_size_is_of_all_files_below_a_folder(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"1")
    (tmp_path / "a" / "b" / "two").write_bytes(b"22")
    assert size_of(tmp_path) == 3


def package(root, licence_entries, files):
    folder = root / "tiny-1.0.dist-info"
    for name in ["METADATA", *files]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    entries = "".join(f"License-File: {entry}\n" for entry in licence_entries)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: tiny\nVersion: 1.0\n{entries}\nLong text")
    return root


@pytest.mark.parametrize(
    ("named", "files"),
    [
        (["LICENSE"], ["LICENSE"]),
        (["../LICENSE.txt"], ["LICENSE.txt"]),
        (["LICENSE", "third/COPYING"], ["licenses/LICENSE", "licenses/third/COPYING"]),
        ([], ["LICENCE.rst"]),
    ],
)
def test_package_is_refused_as_soon_as_one_of_its_licences_is_removed(tmp_path, named, files):
    check_licences(package(tmp_path, named, files))
    for name in files:
        path = tmp_path / "tiny-1.0.dist-info" / name
        path.unlink()
        with pytest.raises(LayerError, match=r"licence .* is missing"):
            check_licences(tmp_path)
        path.touch()


def test_licence_beside_the_code_counts_for_a_package_that_has_no_other(tmp_path):
    root = package(tmp_path, [], ["top_level.txt"])
    (root / "tiny-1.0.dist-info" / "top_level.txt").write_text("tiny_code\n")
    (root / "tiny_code").mkdir()
    with pytest.raises(LayerError, match="its licence file is missing"):
        check_licences(root)
    (root / "tiny_code" / "LICENSE").write_text("MIT License\n")
    check_licences(root)
    assert licence_files(root / "tiny-1.0.dist-info") == [root / "tiny_code" / "LICENSE"]


def test_package_without_any_licence_is_refused(tmp_path):
    with pytest.raises(LayerError, match=r"^tiny-1\.0\.dist-info: its licence file is missing: "):
        check_licences(package(tmp_path, [], []))
