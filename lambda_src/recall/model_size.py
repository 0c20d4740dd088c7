"""How large an owner's own model may be, decompressed: an eighth of the memory of the function serving it.

A random forest of 112 MiB takes 3.1 times as much while skops loads it, and in a refresh the model before it
is still served.
"""

from __future__ import annotations

MEBIBYTE = 1024 * 1024
SHARE = 8
# Whatever the function has: an eighth of the default memory_mb.
ALWAYS_ALLOWED_BYTES = 64 * MEBIBYTE
# Lambda's most: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LEAST_MEMORY_MB, MOST_MEMORY_MB = 128, 10_240
LEAST_STORAGE_MB = 512
# What else may lie in /tmp, the file system's own included.
OTHER_FILES_MB = 64
LARGEST_BYTES = MOST_MEMORY_MB * MEBIBYTE // SHARE


def maximum_model_bytes(memory_mb: int) -> int:
    """Return the size of the largest model, decompressed, that a function with this memory (MB) serves."""
    return max(ALWAYS_ALLOWED_BYTES, memory_mb * MEBIBYTE // SHARE)


def least_memory_mb(size: int) -> int:
    """Return the least memory (MB) of a function that serves a model of this size (bytes, decompressed)."""
    return LEAST_MEMORY_MB if size <= ALWAYS_ALLOWED_BYTES else -(-size * SHARE // MEBIBYTE)


def least_storage_mb(size: int) -> int:
    """Return the least /tmp (MB) of a function that serves a model whose file has this size (bytes)."""
    return max(LEAST_STORAGE_MB, -(-size // MEBIBYTE) + OTHER_FILES_MB)
