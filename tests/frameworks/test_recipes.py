"""What docs/own-model.md does with other frameworks makes models that are served and predict well."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from model_training.registry import gates
from model_training.registry.gates import GateError
from model_training.review_log.features import OUTCOME
from tests.frameworks.conftest import stored
from tests.frameworks.recipes import blocks, run

HERE = Path(__file__).parent
NETS, TREES = ("Keras", "PyTorch"), ("LightGBM", "XGBoost")
# The constraint of a net's recipe, and what takes its place in one that has none.
CONSTRAINTS = {
    "Keras": ("kernel_constraint=keras.constraints.NonNeg()", "kernel_constraint=None"),
    "PyTorch": ("softplus(self.never_negative)", "self.never_negative"),
}
MARGIN = 0.002  # nats: what nobody would notice, as `model_training.retraining.comparison` has it


@pytest.fixture(
    params=[
        *(pytest.param(net, marks=pytest.mark.frameworks) for net in NETS),
        *(pytest.param(trees, marks=pytest.mark.slow) for trees in TREES),
    ]
)
def recipe(request):
    """Give a recipe's code, and the Python that runs it: this environment has what makes trees."""
    python = request.getfixturevalue("frameworks") if request.param in NETS else sys.executable
    return blocks("python", request.param)[0], python


def test_recipe_makes_a_model_that_may_go_live_and_predicts_as_well_as_our_own(
    recipe, reviews, our_log_loss, tmp_path
):
    code, python = recipe
    release, model = stored(reviews.exported(code, tmp_path, python))

    assert release.version == f"onnx-{release.sha256[:8]}"
    assert not any("rises" in note for note in gates.check(model))
    predicted = reviews.log_loss(model.served().predict(reviews.cards))
    assert predicted < our_log_loss + MARGIN
    assert predicted < reviews.log_loss(np.full(len(reviews.newer), reviews.older[OUTCOME].mean()))


@pytest.mark.frameworks
@pytest.mark.parametrize("net", NETS)
def test_net_without_its_constraint_is_refused_with_the_card_from_which_it_rises(
    net, reviews, tmp_path, frameworks
):
    constraint, nothing = CONSTRAINTS[net]
    (code, *_) = blocks("python", net)
    assert constraint in code
    path = reviews.exported(code.replace(constraint, nothing), tmp_path, frameworks)

    with pytest.raises(GateError, match=r"recall rises with .* for the card \("):
        gates.check(stored(path)[1])


@pytest.mark.frameworks
def test_model_that_tensorflow_saved_is_exported_by_pytorch_and_predicts_the_same(tmp_path, frameworks):
    shutil.copy(HERE / "saved_by_tensorflow.keras", tmp_path / "model.keras")
    run(blocks("python", "Keras")[1], tmp_path, frameworks)
    known = json.loads((HERE / "saved_by_tensorflow.json").read_text())
    model = stored(tmp_path / "model.onnx")[1]

    assert model.served().predict([tuple(card) for card in known["cards"]]) == pytest.approx(
        known["recall"], abs=1e-6
    )
