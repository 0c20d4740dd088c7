"""`bundling: docker` for real: CDK builds all assets in containers, and the bytes are the host's."""

import pytest

from layer_build.tree import tree_hash
from tests.containers.conftest import synthesize

pytestmark = pytest.mark.container


def built(folder):
    """Return the names in every asset of a synthesized stage, and the hash of its tree."""
    assets = [path for path in folder.glob("asset.*") if path.is_dir()]
    return {asset.name: (sorted(path.name for path in asset.iterdir()), tree_hash(asset)) for asset in assets}


def test_assets_built_in_containers_are_those_built_on_the_host(engine, zip_on_host, tmp_path):
    environment = engine.environment | {"CDK_DOCKER": "podman"}

    in_container = built(synthesize(tmp_path / "out", {"bundling": "docker"}, environment))

    # Of the code, of the layer and of the studio.
    names = {name for names, _hash in in_container.values() for name in names}
    assert {"inference", "python", "licences.txt"} <= names
    assert in_container == built(zip_on_host)
