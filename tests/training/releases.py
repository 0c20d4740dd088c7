"""Releases to publish in tests: small models that differ, with the cards that `fit` would write."""

from datetime import UTC, datetime
from hashlib import sha256

from model_training.registry.card import RECORDED_CARDS, encode_card, make_card, recorded_predictions
from model_training.registry.gates import Judgement
from model_training.registry.publish import Release
from recall.artifact import Artifact, encode
from recall.three_inputs import ThreeInputModel

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
TRAINED = datetime(2026, 11, 20, 9, 5, 7, tzinfo=UTC)


def card_of(encoded, model, log_loss=0.35, held_out="a" * 64, trained_at=TRAINED):
    """Make the card of an encoded model."""
    training = {"simulated": False, "learners": 3, "metrics": {"log_loss": log_loss, "auc": 0.71}}
    training["metrics"]["held_out_reviews"] = 1234
    predicted = [model.recall_probability(*card) for card in RECORDED_CARDS]
    return make_card(
        training,
        encoded,
        trained_at,
        recorded=recorded_predictions(predicted),
        recorded_histories=None,
        held_out_sha256=held_out,
    )


def release(number, **changes):
    """Make a release; other numbers are other models. `changes` are those of `card_of`."""
    model = ThreeInputModel((-2.0 + number / 10, 0.8, -2.0, -0.5), -1.5, -3.0)
    encoded = encode(Artifact(model, {"number": number}))
    digest = sha256(encoded).hexdigest()
    card = card_of(encoded, model, **changes)
    return Release(encoded, encode_card(card), card["trained_at"], digest, f"v{number}")


def passed(_model, _live):
    """Judge a model as one that may go live."""
    return Judgement("", {})


def refused(why):
    """Return what judges every model as one that may not go live."""
    return lambda _model, _live: Judgement(why, {"reviews": 100})
