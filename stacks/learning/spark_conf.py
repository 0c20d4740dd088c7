"""How Spark on EMR Serverless finds its code, and the table of reviews."""

from collections.abc import Mapping

import aws_cdk as cdk

# The name by which the script finds the catalogue: `recall.reviews` in it is the table.
CATALOG = "lake"
FOLDER = "recall"  # where the archive is unpacked, in the driver's working directory
PYTHON = "/usr/bin/python3.11"


def spark_parameters(archive: str, table_bucket: str, environment: Mapping[str, str]) -> str:
    """Return the parameters of ``spark-submit``.

    The catalogue is the Iceberg REST endpoint of S3 Tables:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-integrating-open-source.html and
    https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/using-iceberg.html

    Parameters
    ----------
    archive : str
        The S3 URL of the archive with the code.
    table_bucket : str
        The table bucket's ARN.
    environment : mapping of str to str
        The script's environment variables.
    """
    catalog = f"spark.sql.catalog.{CATALOG}"
    driver = {
        "PYTHONPATH": f"./{FOLDER}",
        "PYSPARK_DRIVER_PYTHON": PYTHON,
        "PYSPARK_PYTHON": PYTHON,
        "AWS_DEFAULT_REGION": cdk.Aws.REGION,
        **environment,
    }
    values = {
        "spark.archives": f"{archive}#{FOLDER}",
        **{f"spark.emr-serverless.driverEnv.{name}": value for name, value in driver.items()},
        "spark.executorEnv.PYSPARK_PYTHON": PYTHON,
        "spark.jars": "/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.type": "rest",
        f"{catalog}.uri": f"https://s3tables.{cdk.Aws.REGION}.{cdk.Aws.URL_SUFFIX}/iceberg",
        f"{catalog}.warehouse": table_bucket,
        f"{catalog}.rest.sigv4-enabled": "true",
        f"{catalog}.rest.signing-name": "s3tables",
        f"{catalog}.rest.signing-region": cdk.Aws.REGION,
        f"{catalog}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        f"{catalog}.rest-metrics-reporting-enabled": "false",
    }
    return " ".join(f"--conf {name}={value}" for name, value in values.items())
