"""The table of reviews made what the memory says, which is the record."""

from model_training.reload.record import Record, find_record
from model_training.reload.run import Reloaded, reload

__all__ = ["Record", "Reloaded", "find_record", "reload"]
