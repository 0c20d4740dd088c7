"""Texts become the tokens that the `tokenizers` library makes of them, character by character."""

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

from tests.text import characters
from tests.text.texts import TEXTS
from text.characters import words
from text.tokeniser import MAXIMUM_TOKENS, MAXIMUM_WORD, SPECIAL, Tokeniser

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
VOCABULARY = (
    *SPECIAL_TOKENS,
    *"abcdehilnorstuwy.,!'-#[]()?²αςσ東京語ᄒ한",
    *(f"##{letter}" for letter in "abcdehilnorstuwy²αςσ"),
    *("the", "word", "##word", "wor", "##ing", "un", "##able", "sep", "strasse", "ss"),
)
NORMALISED = normalizers.BertNormalizer()
SPLIT = pre_tokenizers.BertPreTokenizer()
ANY = st.characters(exclude_categories=["Cs"])
MARKS = st.characters(categories=["Mn", "Mc", "Me"])
ODD = st.sampled_from(
    "İıſßẞﬀﬃΣςA\u0345K\u212aÅ\u1e9e\u0130가각힣ㄱ𠀀\u200b\u200d\u202e\ufeff\x00\x1c\x85\xa0\ufffd#[]"
)
HOSTILE = st.text(st.one_of(ANY, MARKS, ODD, st.sampled_from("aAbB .,'"))) | st.lists(
    st.one_of(
        st.sampled_from([*SPECIAL_TOKENS, "##ing", "word", "words", "[cls]", "unable"]),
        st.text(ANY, max_size=2),
    )
).map("".join)


def library(vocabulary):
    """Return the library's tokeniser with the settings of the model's ``tokenizer.json``."""
    ids = {piece: number for number, piece in enumerate(vocabulary)}
    made = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer, made.pre_tokenizer = NORMALISED, SPLIT
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(token, ids[token]) for token in ("[CLS]", "[SEP]")]
    )
    made.add_special_tokens([AddedToken(token, normalized=False) for token in SPECIAL_TOKENS])
    made.enable_truncation(256)
    return made


LIBRARY, OWN = library(VOCABULARY), Tokeniser(VOCABULARY)


def theirs(text):
    """Return what the library takes for a text's words."""
    return [word for word, _ in SPLIT.pre_tokenize_str(NORMALISED.normalize_str(text))]


@pytest.mark.slow
def test_every_character_alone_and_between_letters_becomes_the_librarys_words():
    for start in range(0, 0x110000, 0x100):
        text = " ".join(
            f"{chr(code)} a{chr(code)}b"
            for code in range(start, start + 0x100)
            if not 0xD800 <= code < 0xE000
        )
        assert words(text) == theirs(text), hex(start)


@given(HOSTILE)
@example("Ὀδυσσεύς ΟΔΥΣΣΕΎΣ")  # Python's lower() makes another sigma of a word's last one
@example("\u1bf2\u0334 \u07fd\u0334 \u0d3b\u0327")  # marks newer than the library's, before older ones
@example("e\u200d\u0323\u0301")
def test_hostile_text_becomes_the_librarys_tokens(text):
    assert OWN.tokenise([text]).ids == [LIBRARY.encode(text).ids]
    assert SPECIAL.search(text) or words(text) == theirs(text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The wording", ["the", "word", "##ing"]),
        ("unable", ["un", "##able"]),
        ("Straße strasse", ["[UNK]", "strasse"]),
        ("word[SEP]word", ["word", "[SEP]", "word"]),
        ("[sep]", ["[", "sep", "]"]),
        ("東京語", ["東", "京", "語"]),
        ("don't!", ["d", "##o", "##n", "'", "t", "!"]),
        ("a" * MAXIMUM_WORD, ["a"] + ["##a"] * (MAXIMUM_WORD - 1)),
        ("a" * (MAXIMUM_WORD + 1), ["[UNK]"]),
        ("wordz", ["[UNK]"]),
        ("\ud800 a", ["[UNK]", "a"]),  # no text that UTF-8 can hold: the API refuses it
        ("\u200b \x00", []),
    ],
)
def test_words_are_split_into_the_longest_pieces_or_are_unknown(text, pieces):
    ids = [VOCABULARY.index(piece) for piece in ("[CLS]", *pieces, "[SEP]")]

    assert OWN.tokenise([text]).ids == [ids]


@pytest.mark.parametrize("word", ["a" * 99 + "z", "ab" * 49 + "ᄒ"])
def test_word_with_a_character_that_no_piece_has_is_not_searched_for_its_pieces(word):
    """Each of a text's tokens could otherwise cost a hundred times what a piece costs."""

    class Counted(dict):
        looked = 0

        def get(self, piece):
            self.looked += 1
            return super().get(piece)

    tokeniser = Tokeniser(VOCABULARY)
    tokeniser._ids = Counted(tokeniser._ids)

    assert tokeniser.tokenise([word]).ids == [LIBRARY.encode(word).ids]
    assert tokeniser._ids.looked == 0


@pytest.mark.parametrize(("count", "truncated"), [(254, 0), (255, 1), (5_000, 1)])
def test_text_of_more_tokens_than_the_model_reads_is_truncated_and_counted(count, truncated):
    tokens = OWN.tokenise(["word " * count, "word"])

    assert tokens.truncated == truncated
    assert [len(ids) for ids in tokens.ids] == [MAXIMUM_TOKENS, 3]
    assert tokens.ids[0][-2:] == [VOCABULARY.index("word"), VOCABULARY.index("[SEP]")]
    assert tokens.total == MAXIMUM_TOKENS + 3


@pytest.mark.slow
def test_stored_tables_are_those_of_the_library():
    """Where Python's own Unicode is older than the newest, it shows fewer of the differences."""
    found, kept = characters.tables(unicodedata), json.loads(characters.FILE.read_text(encoding="utf-8"))

    assert set(found["indivisible"]) <= set(kept["indivisible"])
    assert found["lower"].items() <= kept["lower"].items()
    for name in ("removed", "ideographs", "nonspacing", "punctuation"):
        assert found[name] == kept[name], name


@pytest.mark.slow
def test_models_own_vocabulary_gives_the_librarys_tokens(model):
    vocabulary = (model / "vocab.txt").read_text(encoding="utf-8").splitlines()
    # Of most alphabets at least some letters are in it.
    everything = [
        "".join(f" a{chr(c)} {chr(c)}{chr(c + 1)}" for c in range(start, start + 40))
        for start in range(0, 0xD700, 40)
    ]
    texts = [*TEXTS, *everything]

    expected = [encoding.ids for encoding in library(vocabulary).encode_batch(texts)]

    assert Tokeniser(vocabulary).tokenise(texts).ids == expected
