"""The memory: learners, their cards and reviews. Made where `memory` is set, or reviews are collected."""
