"""What every test needs: a quiet jsii, and hypothesis without deadlines (these machines are noisy)."""

import os

from hypothesis import settings

os.environ["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20"

settings.register_profile("recall", deadline=None)
settings.load_profile("recall")
