"""The reference design: a pickled scikit-learn estimator from S3, a pandas DataFrame for every request."""

from __future__ import annotations

import json
import os
import pickle
from typing import Any

import boto3
import pandas as pd

FEATURES = ["days_since_last_review", "review_count", "difficulty"]

_stored = boto3.client("s3").get_object(Bucket=os.environ["MODEL_BUCKET"], Key="reference/model.pkl")
model = pickle.loads(_stored["Body"].read())  # noqa: S301 - how the reference stores its model is what is measured


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one card, or a list of cards in one DataFrame."""
    body = json.loads(event["body"])
    cards = body.get("cards", [body])
    frame = pd.DataFrame(cards, columns=FEATURES)
    results = [{"recall_probability": float(p)} for p in model.predict_proba(frame)[:, 1]]
    answer = {"results": results} if "cards" in body else results[0]
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(answer),
    }
