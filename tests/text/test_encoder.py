"""Vectors are those of sentence-transformers, whatever else is in the request, within bounded memory."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.special import ndtr

from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from tests.text.texts import SENTENCE, TEXTS
from tests.text.vectors import stored
from text.encoder import BATCH_TOKENS, Encoder, batches
from text.network import gelu

# What is left of float32's 24 bits in float16 are 11.
COSINE, DIFFERENCE = 0.999998, 5e-4
BY_ROUNDING = 1e-6
MEMORY = r"""
import re
from pathlib import Path
from text.encoder import Encoder
encoder = Encoder(Path({model!r}))
if {texts}:
    encoder.embed(["word " * 300] * {texts})
print(1024 * int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]))
"""


def test_gelu_is_that_of_the_normal_distribution():
    x = np.linspace(-40, 40, 400_001).astype(np.float32)

    assert np.abs(gelu(x) - x * ndtr(x.astype(float))).max() < 2e-6  # half of float32's step at 40


def test_batches_hold_texts_of_like_length_and_few_tokens():
    lengths = [256, 3, 256, 4, *[250] * 20, 3]

    found = list(batches(lengths))

    assert sorted(number for batch in found for number in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[n] for n in batch) <= BATCH_TOKENS for batch in found)
    assert found[0][:3] == [1, 24, 3]


def test_missing_layer_is_refused_with_how_to_get_it():
    with pytest.raises(UnsupportedArtifactError, match="the text layer brings it to a function"):
        Encoder()


def test_damaged_model_is_refused_with_its_folder(tmp_path):
    (tmp_path / "vocab.txt").write_text("[UNK]\n")
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"\x10" + bytes(20))

    with pytest.raises(DamagedArtifactError, match=f"the text model in {tmp_path} is damaged"):
        Encoder(tmp_path)


@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(encoder):
    texts, expected = stored()

    found = encoder.embed(texts)

    assert texts == list(TEXTS)
    assert found.dtype == np.float32
    assert (found * expected).sum(axis=1).min() > COSINE
    assert np.abs(found - expected).max() < DIFFERENCE
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=BY_ROUNDING)


@pytest.mark.slow
def test_vector_does_not_depend_on_the_other_texts_nor_on_their_order(encoder):
    together, backwards = encoder.embed(TEXTS), encoder.embed(TEXTS[::-1])
    alone = np.concatenate([encoder.embed([text]) for text in TEXTS])

    assert np.abs(together - alone).max() < BY_ROUNDING
    assert np.abs(backwards[::-1] - alone).max() < BY_ROUNDING


@pytest.mark.slow
def test_text_beyond_the_models_tokens_has_no_effect(encoder):
    long = SENTENCE * 20

    assert np.array_equal(encoder.embed([long]), encoder.embed([long + "Another end."]))


@pytest.mark.slow
def test_no_texts_give_no_vectors(encoder):
    assert encoder.embed([]).shape == (0, 384)


@pytest.mark.slow
def test_memory_is_that_of_a_batch_however_many_texts_there_are(model):
    """More of the longest texts than a batch holds: 4 batches."""
    peaks = []
    for texts in (0, 32):
        command = [sys.executable, "-c", MEMORY.format(model=str(model), texts=texts)]
        peaks.append(int(subprocess.run(command, capture_output=True, check=True).stdout))

    assert peaks[0] < 150e6
    assert peaks[1] - peaks[0] < 100e6
