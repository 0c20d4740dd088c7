"""The asynchronous client; the blocking one is generated from it by ``python make_sync.py``."""
