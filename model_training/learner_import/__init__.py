"""Old reviews into the memory of a deployed service, over its HTTP API."""

from model_training.learner_import.run import Imported, import_reviews

__all__ = ["Imported", "import_reviews"]
