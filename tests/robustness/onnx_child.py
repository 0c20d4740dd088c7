"""Loads mutants of ONNX models, seed by seed, and prints what became of each: ``python -m … <first> <last>``.

In a process of its own, with bounded memory and time, since what it tries to provoke would end a process.
"""

import resource
import signal
import sys
import time

from onnx_models.check import check
from onnx_models.model import load
from recall.errors import ArtifactError
from tests.functional.onnx_files import MODELS

from .onnx_mutants import mutant

MEMORY_BYTES = 2 * 1024**3
SECONDS = 20


def outcome(data):
    """Return whether a file was refused by the check, refused after it, or served."""
    try:
        check(data)
    except ArtifactError:
        return "refused"
    try:
        load(data)
    except ArtifactError:
        return "refused later"
    return "served"


def say(name, what):
    sys.stdout.write(f"{name} {what}\n")
    sys.stdout.flush()


def main(first, last):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends even what doesn't come back to Python
    models = list(MODELS.values())
    say("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    for seed in range(first, last):
        say("seed", seed)
        data = mutant(seed, models)
        signal.alarm(SECONDS)
        start = time.perf_counter()
        say("became", outcome(data))
        say("took", time.perf_counter() - start)
        signal.alarm(0)
    say("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
