"""Tables in Parquet, a part at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from model_training.readers.chunks import ROWS, Chunk, Table
from recall.errors import ReviewLogError


def open_parquet(path: Path) -> Table:
    """Read the names of a Parquet file's columns.

    Raises
    ------
    ReviewLogError
        If the file is damaged; also when it is read.
    """
    import pyarrow as pa  # noqa: PLC0415 - too large for the jobs function's layers
    import pyarrow.parquet as pq  # noqa: PLC0415 - the same

    # Beyond 2⁵³ floating point would merge different cards where one is missing.
    exact = {
        pa.type_for_alias(name): getattr(pd, f"{name.title().replace('Uint', 'UInt')}Dtype")()
        for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    }

    def read(wanted: Sequence[str]) -> Iterator[Chunk]:
        row = 1
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(ROWS, columns=list(wanted)):
                    rows = batch.to_pandas(ignore_metadata=True, types_mapper=exact.get)
                    yield Chunk(rows.set_index(pd.RangeIndex(row, row + len(rows))), batch.num_rows)
                    row += batch.num_rows
        except (pa.ArrowException, ValueError, OSError) as error:
            raise _damaged(path) from error

    try:
        with pq.ParquetFile(path) as file:
            return Table(file.schema_arrow.names, "row", read)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> ReviewLogError:
    return ReviewLogError(f"{path}: the Parquet file is damaged or incomplete; write or download it again")
