"""A thousand English words of a learner's deck, by theme: what a person would put together."""

from pathlib import Path

FILE = Path(__file__).with_name("vocabulary.txt")


def cards():
    """Return the words, and the theme of each."""
    lines = (line.split(": ") for line in FILE.read_text(encoding="utf-8").splitlines())
    words, themes = zip(*((word, theme) for theme, words in lines for word in words.split(", ")), strict=True)
    return list(words), list(themes)
