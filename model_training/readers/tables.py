"""Review logs as tables: CSV, JSON and Parquet, with the columns of any of `layouts.LAYOUTS`."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from textwrap import shorten

import pandas as pd

from model_training.readers.decompress import gunzipped
from model_training.readers.formats import Format
from model_training.readers.layouts import Layout, recognise_layout
from model_training.readers.rows import RawLog
from recall.errors import ReviewLogError

TABLES = (Format.CSV, Format.GZIP, Format.JSON, Format.PARQUET)


def read_table(path: Path, kind: Format, learner: str) -> RawLog:
    """Read a table, in canonical columns or in those of another program.

    Parameters
    ----------
    path : Path
        The file.
    kind : Format
        One of `TABLES`.
    learner : str
        The learner's name, where the table doesn't give it.

    Raises
    ------
    ReviewLogError
        If the file is damaged, isn't a table, or a column is missing.
    """
    if kind is Format.PARQUET:
        rows, layout, ignored = _read_parquet(path)
    else:
        rows = _read_json(path) if kind is Format.JSON else _read_csv(path, kind)
        layout, wanted, ignored = _choose_columns(path, rows.columns)
        rows = rows[wanted]
    reviews, notes = layout.reviews(rows, learner)
    return RawLog(reviews, f"{kind.value}, {layout.name}", len(rows), ignored_columns=ignored, notes=notes)


def _read_csv(path: Path, kind: Format) -> pd.DataFrame:
    """Read a comma-separated UTF-8 table with the column names in its first line."""
    try:
        with (
            gunzipped(path) if kind is Format.GZIP else nullcontext(path) as file,
            warnings.catch_warnings(),
        ):
            # Pandas only warns before it cuts off fields beyond the header.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # As text, and only empty is missing: "007" and "NA" are good names of cards.
            rows = pd.read_csv(
                file,
                compression=None,
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
    return rows


def _read_json(path: Path) -> pd.DataFrame:
    """Read a list of objects, or one object in each line."""
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
        lines = [line for line in text.split("\n") if line.strip()]
        entries = json.loads(text) if text.startswith("[") else [json.loads(line) for line in lines]
    except UnicodeError as error:
        raise ReviewLogError(f"{path}: the text isn't UTF-8; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ReviewLogError(
            f"{path}: not JSON, or cut off ({shorten(str(error), 100)}); "
            "give a list of objects, or one object in each line"
        ) from error
    if not entries:
        raise ReviewLogError(f"{path}: the list is empty; give one object for each review")
    odd = next((number for number, entry in enumerate(entries, 1) if not isinstance(entry, dict)), None)
    if odd is not None:
        raise ReviewLogError(f"{path}: entry {odd} isn't an object; give one for each review")
    return pd.DataFrame(entries, dtype="object")  # numbers stay exact beside missing ones


def _read_parquet(path: Path) -> tuple[pd.DataFrame, Layout, tuple[str, ...]]:
    import pyarrow as pa  # noqa: PLC0415 - too large for the jobs function's layers
    import pyarrow.parquet as pq  # noqa: PLC0415 - the same

    try:
        with pq.ParquetFile(path) as file:
            layout, wanted, ignored = _choose_columns(path, file.schema_arrow.names)
            table = file.read(columns=wanted)
        # Beyond 2⁵³ floating point would merge different cards where one is missing.
        rows = table.to_pandas(ignore_metadata=True, types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise ReviewLogError(
            f"{path}: the Parquet file is damaged or incomplete; write or download it again"
        ) from error
    return rows, layout, ignored


def _choose_columns(path: Path, found: Iterable[str]) -> tuple[Layout, list[str], tuple[str, ...]]:
    """Recognise the layout, choose the columns to read, and name those that are ignored."""
    found = list(found)
    layout = recognise_layout(path, found)
    wanted = layout.wanted(found)
    for name in wanted:
        if wanted.count(name) > 1:
            raise ReviewLogError(f"{path}: column {name} appears more than once; keep one of them")
    return layout, wanted, tuple(name for name in found if name not in wanted)
