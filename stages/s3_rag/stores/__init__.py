"""Grown-up stores behind one contract: Postgres with pgvector, LanceDB, Qdrant and usearch, chosen by one setting.

`COURSE_STORE` names the store; without it the index itself answers, from memory. A store's package is imported when it
is opened, and not before (`pip install 'ai-engineering-course[stores]'`). README.md compares them.
"""

import hashlib
import importlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from stages.s2_llms.errors import SettingsError
from stages.s2_llms.providers import nearest

from ..embeddings import Embed
from ..search import Index
from .contract import Allowed, Entry, Store, StoreUnavailable
from .searching import StoreSearch
from .updating import Changes, bring_up_to_date

__all__ = [
    "STORES",
    "Allowed",
    "Changes",
    "Entry",
    "Store",
    "StoreSearch",
    "StoreUnavailable",
    "bring_up_to_date",
    "chosen",
    "name_for",
    "open_search",
    "open_store",
]

DEFAULT = "duckdb"
STORES: Mapping[str, tuple[str, str]] = {
    "postgres": ("postgres", "PostgresStore"),
    "lancedb": ("lance", "LanceStore"),
    "qdrant": ("qdrant", "QdrantStore"),
    "usearch": ("hnsw", "UsearchStore"),
}
"""Setting → the module here and its class."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def chosen(environ: Mapping[str, str] = os.environ) -> str:
    """What COURSE_STORE says.

    Raises:
        SettingsError: it names no store.

    >>> chosen({"COURSE_STORE": "LanceDB"}), chosen({})
    ('lancedb', 'duckdb')
    """
    setting = environ.get("COURSE_STORE", "").strip().lower() or DEFAULT
    if setting not in (DEFAULT, *STORES):
        raise SettingsError(f"COURSE_STORE names {setting!r}. {nearest(setting, [DEFAULT, *STORES])}")
    return setting


def name_for(folder: Path, model: str) -> str:
    """The name of a store for the index in a folder and a model: no two mix, and a new model has a new one."""
    told = f"{folder.expanduser().resolve()}\n{model}"
    return f"chunks_{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def open_store(
    setting: str, folder: Path, model: str, *, name: str | None = None, environ: Mapping[str, str] = os.environ
) -> Store:
    """Open the store of an index: in its folder, or where the settings say.

    Raises:
        SettingsError: no such store, a package or a setting is missing, or it is of another model.
        StoreUnavailable: it does not answer, or another process holds it.
    """
    name = name or name_for(folder, model)
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{name!r} cannot name a store: small letters, digits and _, at most 41.")
    if setting not in STORES:
        raise SettingsError(f"There is no store {setting!r}. {nearest(setting, STORES)}")
    module, kind = STORES[setting]
    where = _where(setting, folder, environ)
    try:
        store = getattr(importlib.import_module(f".{module}", __name__), kind)
    except ImportError as exc:
        raise SettingsError(f"{setting} is not installed ({exc}): pip install 'ai-engineering-course[stores]'") from exc
    opened: Store = store(where, name, model)
    return opened


def open_search(folder: Path, embed: Embed, environ: Mapping[str, str] = os.environ) -> Index | StoreSearch:
    """What searches the index in a folder, as COURSE_STORE says.

    Raises:
        NoIndex: there is none, or the store holds nothing of it yet.
        SettingsError, StoreUnavailable: as `open_store`.
    """
    if (setting := chosen(environ)) == DEFAULT:
        return Index(folder, embed)
    return StoreSearch(open_store(setting, folder, embed.model, environ=environ), folder, embed)


def _where(setting: str, folder: Path, environ: Mapping[str, str]) -> Path | str:
    if setting == "postgres":
        if not (url := environ.get("COURSE_DATABASE_URL")):
            raise SettingsError("Postgres needs its address: set COURSE_DATABASE_URL=postgresql://user@host/database")
        return url
    if setting == "qdrant" and (url := environ.get("COURSE_QDRANT_URL")):
        return url
    return folder / setting
