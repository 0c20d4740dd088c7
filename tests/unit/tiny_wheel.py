"""A small wheel, made here, so that pip and uv can be tested without a network."""

import hashlib
import zipfile

FILES = {
    "tiny/__init__.py": "answer = 42\n",
    "tiny-1.0.data/scripts/tiny": "#!python\nprint(42)\n",
    "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\nLicense-File: LICENSE\n",
    "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "tiny-1.0.dist-info/LICENSE": "BSD-3-Clause\n",
    "tiny-1.0.dist-info/RECORD": "",
}


def make_wheel(folder):
    """Write the wheel into a new folder, and return its sha256 in hex."""
    folder.mkdir()
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()
