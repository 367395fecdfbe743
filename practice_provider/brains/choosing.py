"""Make the brain that a command line asks for, and tell a person who will answer.

It is checked before a process is started for it, so that a mistake is told at once; the brain itself is made in the
process that serves.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from ..announcement import CannotStart
from . import ollama
from .cassette import BadCassette
from .choice import Choice, Kind
from .record import Record
from .replay import Replay
from .upstream import Names, Upstream
from .vendors import addressed

Brain = Upstream | Record | Replay
Given = TypeVar("Given")


def make(choice: Choice, environ: Mapping[str, str]) -> Brain:
    """Make the brain; the practice model is none of them.

    Raises: CannotStart.
    """
    return _tried(_MAKERS[choice.kind], choice, environ)


def summary(choice: Choice, environ: Mapping[str, str]) -> str:
    """Check what was said, and tell in a line who will answer.

    Raises: CannotStart.
    """
    return _tried(_SUMMARIES[choice.kind], choice, environ)


def _tried(does: Callable[[Choice, Mapping[str, str]], Given], choice: Choice, environ: Mapping[str, str]) -> Given:
    try:
        return does(choice, environ)
    except (BadCassette, ollama.NoOllama, ValueError, OSError) as problem:
        raise CannotStart(str(problem)) from problem


# ---- upstream --------------------------------------------------------------------------------------------------


def _where(choice: Choice, environ: Mapping[str, str]) -> tuple[str, Names]:
    """Give the base URL and the names of the models there."""
    if choice.upstream == "ollama":
        url = ollama.address(environ)
        return f"{url}/v1", Names.parse(choice.models) if choice.models else ollama.names(url)
    if not choice.upstream or not choice.upstream.startswith(("http://", "https://")):
        text = f"--upstream {choice.upstream or 'is missing'}"
        raise ValueError(f"{text}: name a base URL such as http://127.0.0.1:8080/v1, or ollama")
    return choice.upstream, Names.parse(choice.models)


def _key(choice: Choice, environ: Mapping[str, str]) -> str | None:
    if choice.key_variable is None:
        return None
    if not environ.get(choice.key_variable):
        raise ValueError(f"--upstream-key-env {choice.key_variable}: this variable is not set")
    return environ[choice.key_variable]


def _upstream(choice: Choice, environ: Mapping[str, str]) -> Upstream:
    url, names = _where(choice, environ)
    return Upstream(url, key=_key(choice, environ), names=names)


def _tell_upstream(choice: Choice, environ: Mapping[str, str]) -> str:
    url, names = _where(choice, environ)
    _key(choice, environ)
    mapped = ", ".join(f"{ours} is {theirs}" for ours, theirs in names.mapped.items())
    rest = f"every other model is {names.default}" if names.default else ""
    return f"{url} answers" + "".join(f"; {part}" for part in (mapped, rest) if part)


# ---- recordings ------------------------------------------------------------------------------------------------


def _folder(choice: Choice) -> Path:
    if choice.folder is None:
        raise ValueError(f"--{choice.kind} needs a folder")
    return choice.folder.expanduser().absolute()


def _record(choice: Choice, environ: Mapping[str, str]) -> Record:
    return Record(_folder(choice), addressed(choice.upstream or ""), environ)


def _tell_record(choice: Choice, environ: Mapping[str, str]) -> str:
    vendors = addressed(choice.upstream or "").values()
    keyed = [vendor.name for vendor in vendors if vendor.url and (vendor.key_in(environ) or not vendor.key_variables)]
    return f"vendors answer and are recorded in {_folder(choice)}; with keys from the environment: {', '.join(keyed)}"


def _replay(choice: Choice, environ: Mapping[str, str]) -> Replay:
    return Replay(_folder(choice))


def _tell_replay(choice: Choice, environ: Mapping[str, str]) -> str:
    return f"{Replay(_folder(choice)).summary()} in {_folder(choice)}"


_MAKERS: Mapping[Kind, Callable[[Choice, Mapping[str, str]], Brain]] = {
    "upstream": _upstream,
    "record": _record,
    "replay": _replay,
}
_SUMMARIES: Mapping[Kind, Callable[[Choice, Mapping[str, str]], str]] = {
    "upstream": _tell_upstream,
    "record": _tell_record,
    "replay": _tell_replay,
}
