"""A Spark on this machine."""

import shutil
from importlib.util import find_spec

import pytest

needs_spark = pytest.mark.skipif(
    shutil.which("java") is None or find_spec("pyspark") is None,
    reason="needs Java 17 (apt-get install openjdk-17-jre-headless) and `uv sync --group spark`",
)


@pytest.fixture(scope="module")
def session():
    """Give a session that ends with the module's tests."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - not everybody has it

    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    made = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    yield made
    made.stop()
