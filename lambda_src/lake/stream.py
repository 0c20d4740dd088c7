"""Rows of a table in batches, a few files at a time.

PyIceberg's own reader of batches begins to read all files at once, and keeps what isn't taken yet: of ten
million rows, more than a function has.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow
from pyiceberg.table import DataScan, FileScanTask

AT_ONCE = 32 * 1024**2  # bytes of files; one that is larger is read by itself


def stream(scan: DataScan) -> pa.RecordBatchReader:
    """Return what a scan finds as a reader of batches, which is consumed once."""
    schema = schema_to_pyarrow(scan.projection())
    return pa.RecordBatchReader.from_batches(schema, _batches(scan)).cast(schema)


def _batches(scan: DataScan) -> Iterator[pa.RecordBatch]:
    files = ArrowScan(scan.table_metadata, scan.io, scan.projection(), scan.row_filter)
    for tasks in _groups(scan):
        yield from files.to_record_batches(tasks)


def _groups(scan: DataScan) -> Iterator[list[FileScanTask]]:
    group: list[FileScanTask] = []
    size = 0
    for task in scan.plan_files():
        if group and size + task.file.file_size_in_bytes > AT_ONCE:
            yield group
            group, size = [], 0
        group.append(task)
        size += task.file.file_size_in_bytes
    if group:
        yield group
