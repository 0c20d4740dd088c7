"""The two layers of the jobs function, really built: nothing else is needed to train."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from layer_build.layers import JOBS, ML
from layer_build.pythons import find_python, runs_here
from layer_build.targets import find_target
from tests.layers import built_layer
from tests.training.logs import simulated

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TARGET = find_target("python3.11", "x86_64", JOBS)
PYTHON = find_python(TARGET.runtime)
CAN_RUN = pytest.mark.skipif(not (runs_here(TARGET) and PYTHON), reason="this machine doesn't run the target")

# As the jobs function does: code, then layers, no site-packages of this machine, and nothing printed.
FIT = """
import sys
sys.path[:0] = {path!r}
from model_training.cli import invoke
invoke(["fit", {log!r}, "--out", {out!r}])
import fastparquet, matplotlib, numpy, pandas, scipy, sklearn
for module in (fastparquet, matplotlib, numpy, pandas, scipy, sklearn):
    assert module.__file__.startswith(tuple(sys.path[2:4])), module.__file__
"""
READ = """
import sys
sys.path[:0] = {path!r}
from fastparquet import ParquetFile
for file in {files!r}:
    rows = ParquetFile(file).to_pandas()
    rows["reviewed_at"] = rows["reviewed_at"].dt.tz_localize("UTC")
    print(rows.to_csv(index=False))
"""
# As the lake has them: text, times with a zone, whole numbers, and numbers and text that may be missing.
ROWS = """
SELECT 'learner ' || i % 50 AS learner, DATE '2026-01-01' + (i // 100)::INT AS date,
    TIMESTAMPTZ '2026-01-01 00:00:00.000001+00' + INTERVAL (i) MINUTE AS reviewed_at,
    (i % 4 + 1)::INT AS rating, CASE WHEN i % 3 > 0 THEN (i * 7)::INT END AS duration_ms,
    CASE WHEN i % 7 > 0 THEN i / 20000 END AS recall_probability, i % 2 = 0 AS scored,
    CASE WHEN i % 5 > 0 THEN 'version ' || i % 9 END AS model_version
FROM range(20000) AS t(i)
"""


def built(runtime, arch):
    """Build both layers with all their steps; a build verifies them by running them, if it can."""
    return {layer.name: built_layer(find_target(runtime, arch, layer)) / "python" for layer in (ML, JOBS)}


@pytest.fixture(scope="module")
def layers():
    """Give both layers of the default target."""
    return built(TARGET.runtime, TARGET.arch)


@CAN_RUN
def test_model_that_is_fitted_on_the_layers_alone_is_the_one_of_the_training_environment(layers, tmp_path):
    simulated(2, 90).to_csv(tmp_path / "log.csv", index=False)
    log, here, there = (str(tmp_path / name) for name in ("log.csv", "here", "there"))
    path = [str(ROOT), str(ROOT / "lambda_src"), str(layers["jobs"]), str(layers["ml"])]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
    code = FIT.format(path=path, log=log, out=there)
    alone = [PYTHON, "-I", "-S", "-B", "-c", code]
    subprocess.run(alone, env={**one_thread, "HOME": str(tmp_path)}, cwd=tmp_path, check=True)
    subprocess.run([sys.executable, "-m", "model_training", "fit", log, "--out", here], cwd=ROOT, check=True)

    models = [json.loads(Path(folder, "model.json").read_text()) for folder in (here, there)]
    assert models[0] == models[1]


@CAN_RUN
def test_layers_read_what_duckdb_and_arrow_write(layers, tmp_path):
    files = {name: str(tmp_path / f"{name}.parquet") for name in ("duckdb", "arrow")}
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(f"COPY ({ROWS}) TO '{files['duckdb']}' (FORMAT parquet, COMPRESSION zstd)")
        rows = database.sql(ROWS).to_arrow_table()
    pq.write_table(rows, files["arrow"], compression="zstd", row_group_size=7_000)
    path = [str(layers["jobs"]), str(layers["ml"])]
    code = READ.format(path=path, files=list(files.values()))

    alone = [PYTHON, "-I", "-S", "-B", "-c", code]
    read = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    expected = rows.to_pandas().astype({"duration_ms": "Int32"}).to_csv(index=False)
    assert read == f"{expected}\n" * 2
