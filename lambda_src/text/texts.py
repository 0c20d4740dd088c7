"""The texts of a request as vectors. An error names a wrong text's place, and never quotes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from http_kit.problems import wrong, wrong_list
from recall.errors import InvalidInputError
from text.encoder import NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from text.encoder import Encoder
    from text.tokeniser import Tokens

TEXTS, AMONG = "texts", "among"
EXAMPLE = '{"texts": ["the dog", "the cat"]}'
LONGEST_TEXT = 2_000  # characters: more than the 256 tokens of any prose, of which the model reads no more
# Of all texts of a request. As many as a hundred of the longest have: more would take longer than API Gateway
# waits.
MAXIMUM_TOKENS = 25_600
AROUND = 2  # tokens that every text has: its start and its end
LANGUAGE = "en"  # of what the model was trained on
_A_TEXT = f"must be text of 1 to {LONGEST_TEXT} characters"


class EmbeddingError(Exception):
    """The model failed on texts. The message has the type of what went wrong, whose own may quote a text."""


class Embedded(NamedTuple):
    """The vectors of a request's texts.

    Attributes
    ----------
    vectors : dict of str to ndarray
        For each list of texts its vectors, of shape [texts, 384] and of length 1.
    about : dict of str to JSON value
        What every response says of the model and of the texts.
    facts : dict of str to int
        What the log has of the texts: numbers.
    """

    vectors: dict[str, NDArray[np.float32]]
    about: dict[str, Any]
    facts: dict[str, int]


def read_texts(body: dict[str, Any], name: str, most: int, *, least: int = 1) -> list[str]:
    """Return a field's list of texts.

    Raises
    ------
    InvalidInputError
        Naming the list, or the first text in it that is wrong.
    """
    texts = body.get(name)
    if type(texts) is not list or not least <= len(texts) <= most:
        raise wrong_list(body, name, most, "texts", least=least)
    for index, text in enumerate(texts):
        _check(text, f"{name}[{index}]")
    return texts


def embed(encoder: Encoder, lists: Mapping[str, list[str]]) -> Embedded:
    """Return the vectors of a request's texts.

    Parameters
    ----------
    lists : mapping of str to list of str
        The texts of each field, as `read_texts` returns them.

    Raises
    ------
    InvalidInputError
        If a text has nothing to read, or all of them together are too long.
    EmbeddingError
        If the model fails.
    """
    texts = [text for each in lists.values() for text in each]
    try:
        tokens = encoder.tokenise(texts)
        _check_tokens(tokens, lists)
        vectors = encoder.embed_tokens(tokens.ids)
    except InvalidInputError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its message may quote a text
        raise EmbeddingError(type(error).__name__).with_traceback(error.__traceback__) from None
    found, start = {}, 0
    for name, each in lists.items():
        found[name] = vectors[start : start + len(each)]
        start += len(each)
    about = {"model": NAME, "language": LANGUAGE, "truncated": tokens.truncated}
    facts = {"texts": len(texts), "tokens": tokens.total, "truncated": tokens.truncated}
    return Embedded(found, about, facts)


def _check(text: Any, place: str) -> None:
    if type(text) is not str:
        raise wrong({place: text}, place, _A_TEXT, "")
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise InvalidInputError(place, f"{_A_TEXT}, not {len(text)}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        problem = f"must be whole Unicode characters; character {error.start + 1} is half of a surrogate pair"
        raise InvalidInputError(place, problem) from None


def _check_tokens(tokens: Tokens, lists: Mapping[str, list[str]]) -> None:
    places = [(name, index) for name, texts in lists.items() for index in range(len(texts))]
    for (name, index), each in zip(places, tokens.ids, strict=True):
        if len(each) <= AROUND:
            problem = "must have something to read, not only white space or characters that can't be seen"
            raise InvalidInputError(f"{name}[{index}]", problem)
    if tokens.total > MAXIMUM_TOKENS:
        problem = (
            f"must have at most {MAXIMUM_TOKENS} tokens in all, not {tokens.total}; send fewer or shorter "
            "texts per call (a token is a short word, or a part of a longer one)"
        )
        raise InvalidInputError(" and ".join(lists), problem)
