"""The memory: the service remembers learners, so that apps needn't. Made where `memory` is set."""
