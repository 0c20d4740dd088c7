"""Review logs as tables with canonical column names: CSV and Parquet."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from textwrap import shorten

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from model_training.readers.rows import RawLog
from model_training.review_log import COLUMNS
from recall.errors import ReviewLogError

REQUIRED = ("learner", "card", "reviewed_at")


def read_csv(path: Path) -> RawLog:
    """Read a comma-separated UTF-8 table with the column names in its first line.

    Raises
    ------
    ReviewLogError
        If it isn't such a table, or a required column is missing.
    """
    try:
        with warnings.catch_warnings():
            # Pandas only warns before it cuts off fields beyond the header.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # As text, and only empty is missing: "007" and "NA" are good names of cards.
            rows = pd.read_csv(
                path,
                dtype="str",
                index_col=False,
                skipinitialspace=True,
                keep_default_na=False,
                na_values=[""],
            )
    except UnicodeError as error:
        raise ReviewLogError(f"{path}: the text isn't UTF-8; save it as “CSV UTF-8”") from error
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError) as error:
        detail = shorten(str(error).removeprefix("Error tokenizing data. C error: "), 100)
        raise ReviewLogError(
            f"{path}: not a table with one header line and as many fields in every row ({detail}); "
            "correct the CSV"
        ) from error
    rows.columns = rows.columns.str.strip()
    wanted, ignored = _choose_columns(path, rows.columns)
    return RawLog(rows[wanted], ignored_columns=ignored)


def read_parquet(path: Path) -> RawLog:
    """Read a Parquet table.

    Raises
    ------
    ReviewLogError
        If the file is damaged, or a required column is missing.
    """
    try:
        with pq.ParquetFile(path) as file:
            wanted, ignored = _choose_columns(path, file.schema_arrow.names)
            table = file.read(columns=wanted)
        # Beyond 2⁵³ floating point would merge different cards where one is missing.
        rows = table.to_pandas(ignore_metadata=True, types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise ReviewLogError(
            f"{path}: the Parquet file is damaged or incomplete; write or download it again"
        ) from error
    return RawLog(rows, ignored_columns=ignored)


def _choose_columns(path: Path, found: Iterable[str]) -> tuple[list[str], tuple[str, ...]]:
    """Choose the columns to read and name those that are ignored."""
    found = list(found)
    missing = [name for name in REQUIRED if name not in found]
    outcome = next((name for name in ("rating", "recalled") if name in found), None)
    if outcome is None:
        missing.append("rating (or recalled)")
    if missing:
        raise ReviewLogError(
            f"{path}: missing columns {', '.join(missing)}; found {shorten(', '.join(found), 200)}; "
            "rename or add columns, separated by commas in a CSV"
        )
    wanted = [name for name in found if name == outcome or (name in COLUMNS and name != "rating")]
    for name in wanted:
        if wanted.count(name) > 1:
            raise ReviewLogError(f"{path}: column {name} appears more than once; keep one of them")
    return wanted, tuple(name for name in found if name not in wanted)
