"""Benchmarks are programs that a person runs; pytest collects none of them."""

collect_ignore_glob = ["*.py"]
