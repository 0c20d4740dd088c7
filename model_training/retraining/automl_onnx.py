"""LightGBM's and XGBoost's classifiers as ONNX models, whose trees onnxruntime evaluates in float32."""

from __future__ import annotations

from typing import Any

from recall.features import FEATURES


def to_onnx(estimator: Any) -> bytes:
    """Return a fitted classifier as an ONNX model, from three features to both outcomes' probabilities.

    Parameters
    ----------
    estimator : LGBMClassifier or XGBClassifier
        Fitted on the three features, in their order, and two outcomes.
    """
    from onnxmltools import convert_lightgbm, convert_xgboost  # noqa: PLC0415 - few have it
    from onnxmltools.convert.common.data_types import FloatTensorType  # noqa: PLC0415 - the same

    inputs = [("cards", FloatTensorType([None, len(FEATURES)]))]
    if type(estimator).__name__ == "LGBMClassifier":
        model = convert_lightgbm(estimator, name="recall", initial_types=inputs, zipmap=False)
    else:
        model = convert_xgboost(estimator, name="recall", initial_types=inputs)
    return bytes(model.SerializeToString())
