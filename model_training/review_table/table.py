"""Reading the stored reviews: the table's files, its rows, and what a model is fitted on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from model_training.registry.lake import Lake
from model_training.review_log.canonical import ReviewLog, assemble
from model_training.review_table.errors import ReviewTableError
from model_training.review_table.schema import COLUMNS, TABLE, TIMES, day_of
from model_training.review_table.workbench import FIRST, NAMES, SETTINGS, SORTED

READERS = 8  # S3 answers many at once
# Times go over as whole microseconds: every version of pandas makes the same of these.
_AS_NUMBERS = f"* REPLACE ({', '.join(f'epoch_us({name}) AS {name}' for name in TIMES)})"
UNKNOWN_KIND = -1


def load(lake: Lake, *, since: date | None = None, until: date | None = None) -> pd.DataFrame:
    """Read the stored reviews.

    Parameters
    ----------
    lake : Lake
        The lake whose table is read.
    since, until : datetime.date, optional
        First and last UTC day of `reviewed_at`, both included.

    Returns
    -------
    pandas.DataFrame
        The columns of `model_training.review_table.schema.COLUMNS`, sorted by learner, card and time, each
        event once; text, datetime64[us, UTC], int8, and float64 (NaN where no prediction was shown). Empty,
        with the same types, when there are none.

    Raises
    ------
    LakeError, ReviewTableError
        If S3 refuses or can't be reached; if a day's file is damaged.
    """
    with TemporaryDirectory(prefix="recall-reviews-") as folder:
        files = download(lake, Path(folder), since=since, until=until)
        return _typed(_rows(lake, files) if files else pd.DataFrame(columns=list(COLUMNS)))


def download(
    lake: Lake, folder: Path, *, since: date | None = None, until: date | None = None
) -> dict[Path, str]:
    """Copy the table's day files into a folder, for a query engine there.

    Parameters
    ----------
    lake, since, until
        The lake, and the first and last UTC day of `reviewed_at`, both included, as for `load`.
    folder : pathlib.Path
        An existing folder, to which the files are copied.

    Returns
    -------
    dict of pathlib.Path to str
        Each file, ``<date>.parquet``, and its key; in the order of days.
    """
    days = {key: day_of(key) for key in lake.keys(TABLE)}
    wanted = {
        folder / f"{day}.parquet": key
        for key, day in days.items()
        if day is not None and (since is None or since <= day) and (until is None or day <= until)
    }

    def copy(path: Path, key: str) -> bool:
        stored = lake.read(key)
        if stored is not None:  # else the retention's end came meanwhile
            path.write_bytes(stored.body)
        return stored is not None

    with ThreadPoolExecutor(READERS) as pool:
        copied = list(pool.map(copy, wanted, wanted.values()))
    return {path: key for (path, key), there in zip(wanted.items(), copied, strict=True) if there}


def _rows(lake: Lake, files: dict[Path, str]) -> pd.DataFrame:
    with duckdb.connect(config=SETTINGS) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = f"SELECT {NAMES} FROM read_parquet(?) {FIRST}"  # noqa: S608 - our own names
        try:
            query = f"SELECT {_AS_NUMBERS} FROM ({rows}) {SORTED}"  # noqa: S608 - our own names
            return connection.execute(query, [list(map(str, files))]).df()
        except duckdb.Error as error:
            raise _damaged(lake, files, connection) from error


def _damaged(lake: Lake, files: dict[Path, str], connection: duckdb.DuckDBPyConnection) -> ReviewTableError:
    """Name the file that can't be read."""
    for path, key in files.items():
        try:
            connection.execute(f"SELECT {NAMES} FROM read_parquet(?)", [str(path)])  # noqa: S608 - our own
        except duckdb.Error as error:
            return ReviewTableError(
                f"s3://{lake.bucket}/{key}: isn't a Parquet file of reviews ({str(error).splitlines()[0]}); "
                "bring its version before back, or delete it"
            )
    return ReviewTableError(f"s3://{lake.bucket}/{TABLE}: the files can't be read together")


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    text = ["event_id", "learner", "card"]
    rows = rows.astype(dict.fromkeys(text, "str") | {"rating": "int8", "recall_probability": "float64"})
    times = {
        name: rows[name].astype("int64").astype("datetime64[us]").dt.tz_localize("UTC") for name in TIMES
    }
    return rows.assign(**times)


def canonical(rows: pd.DataFrame) -> ReviewLog:
    """Return stored reviews as the canonical review log, which models are fitted on.

    Parameters
    ----------
    rows : pandas.DataFrame
        Stored reviews, from `load`.

    Returns
    -------
    ReviewLog
        Study days end at 4 a.m. UTC, as in the service; two events of a card at the very same moment are one
        review, and `skipped` counts the others.
    """
    same = rows[["learner", "card", "reviewed_at", "rating"]]
    unknown = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    kind = pd.Series(UNKNOWN_KIND, index=rows.index, dtype="int8")
    log = assemble([same.assign(duration_ms=unknown, day=unknown, kind=kind)])
    formats = (f"{len(rows):,} reviews that callers sent",) if len(rows) else ()
    return ReviewLog(log.reviews, log.skipped, log.notes, formats)
