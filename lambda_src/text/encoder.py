"""all-MiniLM-L6-v2 in numpy: texts become vectors of length 1, whose products are the texts' cosines.

Source: Reimers and Gurevych 2019, "Sentence-BERT" (a text's vector is the mean of its tokens'). The model is
for English: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from text.network import Block, Linear, Norm
from text.tokeniser import Tokeniser
from text.weights import find_model, read_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from text.tokeniser import Tokens
    from text.weights import Model

    Floats = NDArray[np.float32]

NAME = "all-MiniLM-L6-v2"
DIMENSION = 384
# In a batch, with its padding: 8,192 take 130 MB more, and a tenth more time on one processor.
BATCH_TOKENS = 2_048
MASKED = np.float32(-1e9)  # a score before softmax, after which exactly 0 is left


class Encoder:
    """The model with its tokeniser, loaded once and used by many requests.

    Parameters
    ----------
    folder : pathlib.Path, optional
        The folder of the model; by default the text layer's.

    Raises
    ------
    UnsupportedArtifactError
        If there is no text layer.
    DamagedArtifactError
        If a file of the model can't be read.
    """

    def __init__(self, folder: Path | None = None) -> None:
        model = read_model(folder or find_model())
        weights = _Weights(model)
        self._tokeniser = Tokeniser(model.vocabulary)
        # As it is in the file: only the rows of a batch's tokens become float32.
        self._words = model.tensors["embeddings.word_embeddings.weight"]
        first_type = weights.array("embeddings.token_type_embeddings.weight")[0]
        self._places = weights.array("embeddings.position_embeddings.weight") + first_type
        self._norm = weights.norm("embeddings.LayerNorm")
        self._blocks = [weights.block(number) for number in range(model.config["num_hidden_layers"])]

    def tokenise(self, texts: Sequence[str]) -> Tokens:
        """Return the texts' tokens: what `embed_tokens` takes, how many there are, and what was truncated."""
        return self._tokeniser.tokenise(texts)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return a vector for each text.

        Parameters
        ----------
        texts : sequence of str
            Any texts; of long ones the first 254 tokens count.

        Returns
        -------
        numpy.ndarray
            float32, one row of 384 numbers and of length 1 for each text, in their order. The other texts
            have an effect on a row by rounding only, less than 1e-6.
        """
        return self.embed_tokens(self.tokenise(texts).ids)

    def embed_tokens(self, ids: Sequence[Sequence[int]]) -> Floats:
        """Return a vector for each text, given its tokens, see `embed`."""
        vectors = np.empty((len(ids), DIMENSION), np.float32)
        for batch in batches([len(text) for text in ids]):
            vectors[batch] = self._embed([ids[number] for number in batch])
        return vectors

    def _embed(self, ids: Sequence[Sequence[int]]) -> Floats:
        lengths = np.array([len(text) for text in ids])
        there = np.arange(lengths.max()) < lengths[:, None]
        padded = np.zeros(there.shape, np.intp)
        padded[there] = np.concatenate(ids)
        x = self._words[padded].astype(np.float32) + self._places[: padded.shape[1]]
        x = self._norm.apply(x.reshape(-1, DIMENSION))
        mask = np.where(there, np.float32(0), MASKED)[:, None, None, :]
        for block in self._blocks:
            x = block.apply(x, mask)
        # The mean but for its length.
        sums = (there[:, None, :].astype(np.float32) @ x.reshape(*there.shape, DIMENSION))[:, 0]
        vectors: Floats = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return vectors


class _Weights(NamedTuple):
    """A model's tensors as float32, in the parts of the network."""

    model: Model

    def array(self, *names: str) -> Floats:
        parts = [self.model.tensors[name].astype(np.float32) for name in names]
        return np.concatenate(parts)

    def linear(self, *names: str) -> Linear:
        weights = self.array(*(f"{name}.weight" for name in names))
        return Linear(weights.T, self.array(*(f"{name}.bias" for name in names)))

    def norm(self, name: str) -> Norm:
        epsilon = self.model.config["layer_norm_eps"]
        return Norm(self.array(f"{name}.weight"), self.array(f"{name}.bias"), epsilon)

    def block(self, number: int) -> Block:
        name = f"encoder.layer.{number}"
        inputs = (f"{name}.attention.self.{part}" for part in ("query", "key", "value"))
        return Block(
            self.model.config["num_attention_heads"],
            self.linear(*inputs),
            self.linear(f"{name}.attention.output.dense"),
            self.norm(f"{name}.attention.output.LayerNorm"),
            self.linear(f"{name}.intermediate.dense"),
            self.linear(f"{name}.output.dense"),
            self.norm(f"{name}.output.LayerNorm"),
        )


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Put texts of like lengths together, so that little is padded.

    Parameters
    ----------
    lengths : sequence of int
        The number of tokens of each text.

    Yields
    ------
    list of int
        Indices of texts, whose padded tokens are at most `BATCH_TOKENS`.
    """
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[number] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
