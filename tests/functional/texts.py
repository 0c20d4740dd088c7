"""The text function: with the model of the text layer, or with a stand-in that is fast.

To the stand-in equal texts have equal vectors, and other texts any vectors.
"""

import random
import re
from functools import cache
from zlib import crc32

import numpy as np

from http_kit.service import Service
from layer_build.layers import TEXT
from layer_build.targets import find_target
from text.encoder import Encoder
from text.routes import FACTS, ROUTES
from text.tokeniser import MAXIMUM_TOKENS, Tokens
from text.weights import PACKAGE

from ..layers import built_layer

START, END = 101, 102


class FakeEncoder:
    """Reads every word as one token, and draws the vector of a text from its tokens."""

    def tokenise(self, texts):
        """Return the tokens of texts."""
        ids = [
            [
                START,
                *(crc32(word.encode()) % 30_000 + 1_000 for word in re.findall(r"\w+|[^\w\s]", text.lower())),
                END,
            ]
            for text in texts
        ]
        cut = [[*each[: MAXIMUM_TOKENS - 1], END] if len(each) > MAXIMUM_TOKENS else each for each in ids]
        return Tokens(cut, sum(len(each) > MAXIMUM_TOKENS for each in ids))

    def embed_tokens(self, ids):
        """Return a vector for each text, given its tokens."""
        return normalised([_drawn(str(each)) for each in ids])


def _drawn(seed):
    chance = random.Random(seed)  # noqa: S311 - any numbers will do
    return [chance.gauss() for _ in range(384)]


def normalised(vectors):
    """Return vectors as the model returns them: 32-bit floats, each of length 1."""
    array = np.array(vectors, dtype=np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def text_service(encoder=None):
    """Return the function's service, by default with the stand-in."""
    return Service(ROUTES, encoder or FakeEncoder(), facts=FACTS)


@cache
def real_text_service():
    """Return the function's service with the model of the text layer, which is built if it isn't there."""
    layer = built_layer(find_target("python3.11", "x86_64", TEXT))
    return text_service(Encoder(layer / "python" / PACKAGE / "model"))
