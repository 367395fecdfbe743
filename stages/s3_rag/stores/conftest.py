"""Doctests of a store are collected where its package is installed."""

from importlib.util import find_spec

_MODULES = {"psycopg": "postgres.py", "lancedb": "lance.py", "qdrant_client": "qdrant.py", "usearch": "hnsw.py"}
collect_ignore = [module for package, module in _MODULES.items() if find_spec(package) is None]
