"""How long a handler takes for its CPU time: no more than the memory size decides it."""

# The memory that comes with one whole CPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEMORY_MB_OF_A_CPU = 1769
# What Lambda's runtime client adds to the handler's time, for event and response. An assumption.
RUNTIME_MS = 1.0
# The share of calls that meet a cold start. An assumption.
COLD_SHARE = 0.01


def duration_ms(cpu_ms: float, memory_mb: int) -> float:
    """Return how long a handler takes for its CPU time, on the share of a CPU that comes with the memory."""
    return cpu_ms / min(1.0, memory_mb / MEMORY_MB_OF_A_CPU)
