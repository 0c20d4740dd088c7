"""What the service costs a month, line by line, beside what else people would take."""

import os

# Synthesis runs in this process, and jsii would put a page about Node 20 before the answer.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
os.environ.setdefault("CDK_VALIDATION", "false")  # 14 of the 17 seconds of a synthesis
