"""What a tuning run is asked for: sizes and payloads, and the message for each that is wrong."""

import pytest

from tools.tune.errors import TuneError
from tools.tune.request import MOST_PAYLOAD_BYTES, read_payload, read_sizes


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("512", (512,)), ("1769,128", (128, 1769)), ("128, 256 ,10240", (128, 256, 10_240))],
)
def test_sizes_come_in_ascending_order(text, sizes):
    assert read_sizes(text) == sizes


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("64", "a function has from 128 to 10240 MB, not 64"),
        ("128,20000", "a function has from 128 to 10240 MB, not 20000"),
        ("512,128,512", "512 is there twice"),
        ("large", "'large' isn't a whole number of MB"),
        ("512.5", "'512.5' isn't a whole number of MB"),
        ("-512", "'-512' isn't a whole number of MB"),
        ("٥١٢", "'٥١٢' isn't a whole number of MB"),
        ("512,", "'' isn't a whole number of MB"),
        ("", "'' isn't a whole number of MB"),
    ],
)
def test_wrong_size_is_named_with_the_option(text, problem):
    with pytest.raises(TuneError) as error:
        read_sizes(text)

    assert str(error.value).startswith(f"--memory: {problem}; give ")


def test_payload_is_sent_as_it_is_in_the_file(tmp_path):
    path = tmp_path / "event.json"
    path.write_bytes(b'{ "body": "\xc3\xa4" }\n')

    assert read_payload(path) == b'{ "body": "\xc3\xa4" }\n'


def test_largest_payload_is_taken(tmp_path):
    path = tmp_path / "event.json"
    path.write_bytes(b"1" + b" " * (MOST_PAYLOAD_BYTES - 1))

    assert len(read_payload(path)) == MOST_PAYLOAD_BYTES


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"a":\n  oops}', "line 2 column 3: not JSON (Expecting value)"),
        (b"", "line 1 column 1: not JSON (Expecting value)"),
        (b"\xef\xbb\xbf{}", "line 1 column 1: not JSON (Unexpected UTF-8 BOM"),
        (b"[NaN]", "not JSON in UTF-8 (NaN isn't JSON's)"),
        (b'"\xff"', "not JSON in UTF-8 ('utf-8' codec can't decode byte 0xff"),
        (b"[" * 200_000, "not JSON in UTF-8 (maximum recursion depth exceeded"),
        (b"1" + b" " * MOST_PAYLOAD_BYTES, "6,291,457 bytes, and Lambda takes 6,291,456 at most"),
        (None, "No such file or directory"),
    ],
    ids=["syntax", "empty", "BOM", "NaN", "Latin-1", "deep", "large", "missing"],
)
def test_payload_that_lambda_would_refuse_is_named_with_its_place(tmp_path, content, problem):
    path = tmp_path / "event.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(TuneError) as error:
        read_payload(path)

    assert str(error.value).startswith(f"--payload: {path}")
    assert problem in str(error.value)
