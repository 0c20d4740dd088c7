"""Review logs in, a forgetting model out: readers, features, fit, evaluation, publishing."""
