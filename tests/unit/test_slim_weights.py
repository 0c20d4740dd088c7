"""The weights of a language model become float16, as numpy would round them; the licence comes with them."""

import json
import struct

import numpy as np
import pytest

from layer_build.errors import LayerError
from layer_build.steps.weights import MODEL, halve

CARD = "---\nlicense: apache-2.0\n---\n"


def safetensors(**tensors):
    """Return the bytes of a file with these arrays, in their order."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in tensors.items():
        kind = {"f4": "F32", "f8": "F64", "i8": "I64"}[array.dtype.str[1:]]
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": offsets}
        data += array.tobytes()
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def read(file):
    """Return a file's arrays by name, and what it says of itself."""
    data = file.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:start])
    about = header.pop("__metadata__")
    arrays = {
        name: np.frombuffer(data[start:], "<f2")[slice(*(o // 2 for o in entry["data_offsets"]))].reshape(
            entry["shape"]
        )
        for name, entry in header.items()
    }
    assert start % 8 == 0
    return arrays, about


def model(tmp_path, **tensors):
    """Make the package's folder, and return the file of its weights."""
    folder = tmp_path / MODEL
    folder.mkdir(parents=True)
    for name in (
        "README.md",
        "config.json",
        "vocab.txt",
        "tokenizer.json",
        "data_config.json",
        ".gitattributes",
    ):
        (folder / name).write_text(CARD)
    (folder / "model.safetensors").write_bytes(safetensors(**tensors))
    return folder / "model.safetensors"


def test_weights_are_rounded_as_numpy_rounds_them(tmp_path):
    """Of two equally near the even one; subnormal numbers, zeros with their sign, the largest one."""
    random = np.random.default_rng(0).standard_normal(70_000).astype("<f4")
    ties = 1 + np.arange(64, dtype="<f4") * 2.0**-11
    odd = np.array([0, -0.0, 65_504, -65_519, 2.0**-24, 2.0**-25, 3 * 2.0**-25, -1e-9], "<f4")
    array = np.concatenate([random, ties, odd])

    file = model(tmp_path, b=array, a=np.ones((2, 3), "<f4"))
    halve(tmp_path)

    arrays, _ = read(file)
    assert list(arrays) == ["a", "b"]
    assert arrays["a"].shape == (2, 3)
    assert arrays["b"].tobytes() == array.astype("<f2").tobytes()


def test_what_no_embedding_needs_goes_and_the_licence_comes(tmp_path):
    file = model(
        tmp_path,
        **{
            "embeddings.position_ids": np.arange(512, dtype="<i8"),
            "embeddings.word": np.ones(4, "<f4"),
            "pooler.dense.weight": np.ones(9, "<f4"),
        },
    )

    halve(tmp_path)

    arrays, about = read(file)
    assert list(arrays) == ["embeddings.word"]
    assert about["license"] == "Apache-2.0"
    assert "rounded to float16" in about["changes"]
    left = {path.name for path in file.parent.iterdir()}
    assert left == {"README.md", "config.json", "vocab.txt", "model.safetensors", "LICENSE"}
    assert "Apache License\n                           Version 2.0" in (file.parent / "LICENSE").read_text()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (safetensors(a=np.ones(3, "<f8")), "a is F64, and only F32 is converted"),
        (safetensors(a=np.array([70_000], "<f4")), "float too large to pack with e format"),
        (safetensors(a=np.ones(3, "<f4"))[:-4], "the file ends within a"),
        (b"\x05", "requires a buffer of at least 8 bytes"),
        (b"\x02" + bytes(7) + b"{", "Expecting property name"),
    ],
)
def test_weights_that_arent_as_expected_are_refused_with_the_way_on(tmp_path, content, problem):
    model(tmp_path).write_bytes(content)

    with pytest.raises(
        LayerError, match=f"{MODEL}/model.safetensors: .*{problem}.*; build --without weights"
    ):
        halve(tmp_path)
