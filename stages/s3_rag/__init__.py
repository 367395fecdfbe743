"""Stage 3, search your own documents: an index of a folder that follows it, searched by words and by meaning.

Read the modules in the order of README.md.
"""

__all__ = [
    "answering",
    "app",
    "chunks",
    "documents",
    "embeddings",
    "evaluating",
    "fusion",
    "keywords",
    "metrics",
    "search",
    "store",
    "sync",
    "vectors",
]
