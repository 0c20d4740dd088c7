"""The reviews that callers sent: from one object a request to one Parquet file a day, each event once.

`docs/reviews.md` has the layout for people and query engines. Everything here runs without pyarrow, in the
jobs function as on a laptop: DuckDB reads and writes the files, boto3 brings them.
"""

from model_training.review_table.compaction import compact
from model_training.review_table.errors import ReviewTableError
from model_training.review_table.table import canonical, download, load

__all__ = ["ReviewTableError", "canonical", "compact", "download", "load"]
