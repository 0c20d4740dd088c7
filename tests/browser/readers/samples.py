"""Tables of every kind that people bring, small enough to be written here."""

import gzip
import io
import json
import random
import zipfile
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from tests.training.collections import zstd

AT = datetime(2026, 3, 1, 8, 30, 0, 250_007, tzinfo=UTC)
TABLE = """\
learner,card,reviewed_at,rating
ada,a,2026-03-01T08:30:00.250Z,3
ada,a,2026-03-03T08:30:00.250Z,1
ada,b,2026-03-01T08:30:00.250Z,4
"""
TIMES = (
    "2026-03-01 08:30|2026-03-01T10:30:00+02:00|2026-03-01T08:30:00.123456789Z|2026-03-01 08:30:00 UTC|"
    "2026-3-1|2026/03/01 08:30|2026-03-01T08|2026-03-01T0830|2026-03-01T08:30:00,5|2026-03-01T08:30:00-0330|"
    "2026-03-01T08:30:00 +02|2026-03-01T24:00:00|2026-02-30|2026-13-01|2026-03-01Z|2026-03-01T|2026-03/01|"
    "2026-03-01T08:30:00+25:00|2026-03-01 08:30:00 Europe/Berlin|1979-12-31T23:59:59Z|0001-01-01|9999-12-31|"
    "20260301|1772353800|1772353800.5|1772353800250|1.77E+12|-5|99999999999999999999|inf|nan|now|03/04/2026|"
)
RATINGS = (
    "1|2|3|4|again|Hard|GOOD|easy|Rating.Good|3.0|2.50|3.|four|pass|fail|correct|1e0|yes|no|true| 3 |+3||"
)
OBJECTS = [
    {"learner": "ada", "card": "a", "reviewed_at": AT.isoformat(), "rating": 3, "duration_ms": 1500.5},
    {
        "learner": "ada",
        "card": "a",
        "reviewed_at": (AT + timedelta(days=2)).isoformat(),
        "rating": 1,
        "day": 7,
    },
    {"learner": "bob", "card": "b", "reviewed_at": AT.isoformat(), "rating": 4},
]
LISTED = [
    {name: value for name, value in each.items() if name not in {"learner", "card"}} for each in OBJECTS
]


def filled(values: str, header: str, row: str) -> str:
    """Write a row for each value, and enough good ones beside them."""
    good = [f"ada,{number + 100},2026-01-01T00:00:00Z,1" for number in range(80)]
    return "\n".join(
        [header, *(row.format(number, value) for number, value in enumerate(values.split("|"))), *good]
    )


def random_table(seed: int) -> str:
    """Write a log with every kind of card, of day and of duration, in no order."""
    draw, at = random.Random(seed), datetime(2025, 10, 1)  # noqa: S311, DTZ001 - a test's numbers; zones come below
    zone, days = draw.choice(["Z", "", "+09:00", "-03:30"]), draw.choice(["", "{0}", "{0}{1}", "{2}"])
    rows = []
    for number in range(300):
        at += timedelta(minutes=draw.randint(0, 900), microseconds=draw.randint(0, 999_999))
        day = days.format(at.toordinal(), draw.choice(["", "x"]), number if number % 50 else -3)
        duration = draw.choice(["", "1500", "2500.5", "0.5", "1.5", "-3", "soon", "1e300"])
        card = draw.choice(["10", "9", "x", "1.0", "2", ""])
        who = f"{draw.choice(['ada', 'bob'])},{card},{at.isoformat()}{zone}"
        rows.append(f"{who},{draw.choice('123344x')},{day},{duration}")
    draw.shuffle(rows)
    return "\n".join(["learner,card,reviewed_at,rating,day,duration_ms", *rows])


def zipped(**members: bytes) -> bytes:
    """Return a zip; double underscores in names stand for points."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def parquet(how: dict[str, str] | None = None, **columns: object) -> bytes:
    """Return a table in Parquet."""
    times = pa.array([AT, AT + timedelta(days=1, hours=13), AT + timedelta(days=3)])
    usual = {"learner": ["ada"] * 3, "card": [1, 2, 2], "reviewed_at": times, "rating": [3, 1, 4]}
    buffer = io.BytesIO()
    pq.write_table(pa.table({**usual, **columns}), buffer, **(how or {}))
    return buffer.getvalue()


def stamps(unit: str, zone: str | None) -> pa.Array:
    """Return times in a unit and a zone."""
    times = pa.array([AT, AT + timedelta(days=1, hours=13), AT + timedelta(days=3)])
    return times.cast(pa.timestamp(unit, zone), safe=False)


CSV = {
    "semicolon.csv": TABLE.replace(",", ";"),
    "tab.csv": TABLE.replace(",", "\t"),
    "pipe.csv": TABLE.replace(",", " | "),
    "excel.csv": "sep=;\r\n" + TABLE.replace(",", ";").replace("\n", "\r\n"),
    "mac.csv": TABLE.replace("\n", "\r"),
    "blank.csv": TABLE.replace("\n", "\n\n"),
    "several-lines.csv": TABLE.replace(",b,", ',"Hello, you\r\nand ""me"", too\n",'),
    "marks-inside.csv": TABLE + 'ada,c"x"y,2026-03-01,3\nada,"c"z,2026-03-02,3\nada, "q" ,2026-03-02,3\n',
    "mark-open.csv": TABLE + 'ada,"c,2026-03-01,3\n',
    "beyond.csv": TABLE.replace(",3\n", ",3, ,\n") + "ada,c,2026-03-01T08:30:00Z,3,x\n",
    "nul.csv": TABLE.replace(",a,", ",a\0,"),
    "names.csv": TABLE.replace("learner,card,reviewed_at,rating", "User ID,Card-ID, \ufeffTimestamp,EASE"),
    "camel.csv": TABLE.replace("learner,card,reviewed_at,rating", "userId,cardId,reviewedAt,reviewRating"),
    "loose.csv": "word,date,button,deck\nkatze,2026-03-01,3,x\nhund,2026-03-02,1,y\n",
    "float-ids.csv": TABLE.replace(",a,", ",12.0,", 1).replace(",a,", ",12,"),
    "fractions.csv": TABLE.replace(",a,", ",1.0,", 1).replace(",a,", ",1.1,"),
    "shortened.csv": TABLE.replace(",a,", ",1.5E+12,", 1),
    "times.csv": filled(TIMES, "learner,card,reviewed_at,rating", 'ada,{0},"{1}",3'),
    "ratings.csv": filled(RATINGS, "learner,card,reviewed_at,rating", "ada,{0},2026-01-01T00:00:00Z,{1}"),
    "recalled.csv": filled(RATINGS, "learner,card,reviewed_at,recalled", "ada,{0},2026-01-01T00:00:00Z,{1}"),
    "huge-numbers.csv": TABLE.replace(",a,", f",{2**63 + 7},", 1).replace(",a,", f",{2**63 + 8},"),
    **{f"random-{seed}.csv": random_table(seed) for seed in range(8)},
}
ENCODED = {
    f"{name}.csv": TABLE.replace("ada", "zoë").replace(",a,", ",é,").encode(name)
    for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
}
PACKED = {
    "table.csv.gz": gzip.compress(TABLE[:60].encode()) + gzip.compress(TABLE[60:].encode()),
    "table.csv.zst": zstd(TABLE.encode()),
    "table.zip": zipped(table__csv=TABLE.encode(), Thumbs__db=b""),
    "zip-in-gzip": gzip.compress(zipped(table__csv=TABLE.encode())),
}
JSON = {
    "list": OBJECTS,
    "wrapped": {"data": {"reviews": OBJECTS}},
    "cards": {"cards": [{"id": "a", "reviews": LISTED[:2]}, {"id": "b", "reviews": LISTED[2:]}]},
    "by-key": {"a": LISTED[:2], "b": {"reviews": LISTED[2:]}},
    "columns": {name: [each[name] for each in OBJECTS] for name in ("card", "reviewed_at", "rating")},
    "split": {
        "columns": ["card", "reviewed_at", "rating"],
        "data": [["a", AT.isoformat(), 3], ["b", AT.isoformat(), 1]],
    },
    "by-row": {
        name: {str(row): each[name] for row, each in enumerate(OBJECTS)}
        for name in ("card", "reviewed_at", "rating")
    },
    "dates-of-mongo": [each | {"reviewed_at": {"$date": each["reviewed_at"]}} for each in OBJECTS],
    "inner": [
        {"card": {"id": each["card"], "deck": {"id": 1}}, "log": {"rating": 3, "at": each["reviewed_at"]}}
        for each in OBJECTS
    ],
    "texts": [json.dumps(each) for each in OBJECTS],
    "large-ids": [each | {"card": 2**63 + number} for number, each in enumerate(OBJECTS)],
    "numbers": [
        each | {"card": number + 0.0, "reviewed_at": 1772353800.25 + number}
        for number, each in enumerate(OBJECTS)
    ],
    "missing": [each | {"duration_ms": float("nan")} for each in OBJECTS],
    "ts-fsrs": [
        {"card_id": number, "rating": rating, "state": 2, "review": each["reviewed_at"], "elapsed_days": 1}
        for number, (each, rating) in enumerate(zip(OBJECTS, (3, 0, "Good"), strict=True))
    ],
}
LINES = {
    "lines.jsonl": "\n".join(json.dumps(each) for each in OBJECTS),
    "indented.json": "\n".join(json.dumps(each, indent=2) for each in OBJECTS),
    "rfc-7464.json": "".join(f"\x1e{json.dumps(each)}\n" for each in OBJECTS),
    "requests.json": ",\n".join(json.dumps({"reviews": [each]}) for each in OBJECTS),
}
PARQUET = {
    **{
        f"{unit}-{zone}": parquet(reviewed_at=stamps(unit, zone))
        for unit in ("s", "ms", "us", "ns")
        for zone in (None, "UTC")
    },
    "tokyo": parquet(reviewed_at=stamps("us", "Asia/Tokyo")),
    "offset": parquet(reviewed_at=stamps("us", "-03:30")),
    **{name: parquet({"compression": name}) for name in ("none", "snappy", "gzip", "zstd", "lz4", "brotli")},
    "int96": parquet({"use_deprecated_int96_timestamps": True}),
    "dates": parquet(reviewed_at=pa.array([AT.date()] * 3)),
    "text": parquet(
        reviewed_at=[AT.isoformat()] * 3,
        rating=["3", "1", "4"],
        card=pa.array(["a", "b", "c"]).dictionary_encode(),
    ),
    "epoch": parquet(reviewed_at=[int(AT.timestamp()) + number for number in range(3)]),
    "bytes": parquet(card=[b"katze", b"\xa1", b"x"]),
    "uint64": parquet(card=pa.array([2**63 + 1, 2**63 + 2, None], pa.uint64())),
    "int64": parquet(card=pa.array([2**53 + 1, 2**53 + 2, None])),
    "decimal": parquet(card=pa.array([2**63 + 1, 2**63 + 2, None], pa.decimal128(20))),
    "floats": parquet(card=[1.0, 2.0, None], duration_ms=[1500.5, None, 3.0], day=[1.0, 2.0, 3.0]),
    "fractions": parquet(card=[1.0, 1.5, 2.0**60]),
    "others": parquet(extra=[{"a": 1}] * 3, tags=[[1], [], None]),
}
FILES: dict[str, bytes] = {
    **{name: text.encode() for name, text in {**CSV, **LINES}.items()},
    **ENCODED,
    **PACKED,
    **{f"{name}.json": json.dumps(value).encode() for name, value in JSON.items()},
    **{f"{name}.parquet": content for name, content in PARQUET.items()},
    "packed.parquet.gz": gzip.compress(PARQUET["snappy"]),
}
