"""What the provider can be told from outside: one frozen `Settings`, read once from the environment.

It reads nothing by itself: `from_env` is given the mapping, so that a test gives it a dict. A variable that begins with
PRACTICE_ and is not in `VARIABLES` is an error, because a misspelt setting that is silently ignored costs an evening.
Source for settings in the environment: https://12factor.net/config
"""

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

PREFIX = "PRACTICE_"
MIB = 1024 * 1024
KEY_PREFIX = "practice"
HOST_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")


class SettingsError(ValueError):
    """A variable has a name that we don't know, or a value that we can't read; the message says the fix."""


@dataclass(frozen=True)
class Settings:
    """How the provider runs.

    `speed` scales the simulated latency: 0 means none, 1 natural, 10 ten times faster. `home` is the folder with the
    lock, the announcement and the log (None: the user's state folder). Bodies over `max_body_bytes` get a 413.

    With `keys` only these are let in; without, any that begins with 'practice'. `control_key` is asked for under
    /practice. `hosts` are names, beside localhost, by which clients may call this machine. `aliases` are pairs of a
    model's name that a program asks for, and the model of ours that answers it.
    """

    speed: float = 1.0
    host: str = "127.0.0.1"
    max_body_bytes: int = 32 * MIB
    home: Path | None = None
    keys: tuple[str, ...] = field(default=(), repr=False)  # not shown, so that no log or traceback shows them
    control_key: str | None = field(default=None, repr=False)
    hosts: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the PRACTICE_… variables; an empty value counts as not set.

        Raises: SettingsError for an unknown name or a value that can't be read.

        >>> Settings.from_env({"PRACTICE_SPEED": "0"}).speed
        0.0
        >>> Settings.from_env({"PRACTICE_SPEDE": "0"})
        Traceback (most recent call last):
        practice_provider.settings.SettingsError: unknown variable PRACTICE_SPEDE: did you mean PRACTICE_SPEED?
        """
        changes: dict[str, Any] = {}
        for name, value in environ.items():
            if not name.startswith(PREFIX):
                continue
            if name not in VARIABLES:
                raise SettingsError(_unknown(name))
            if value:
                setting, parse = VARIABLES[name]
                changes[setting] = parse(name, value)
        return replace(cls(), **changes)


def parse_speed(name: str, value: str) -> float:
    """Read a speed: a finite number of 0 or more.

    >>> parse_speed("--speed", "fast")
    Traceback (most recent call last):
    practice_provider.settings.SettingsError: --speed='fast' is not a number: write 0 (no delay), 1 (natural) or 10
    """
    try:
        speed = float(value)
    except ValueError:
        raise SettingsError(f"{name}={value!r} is not a number: write 0 (no delay), 1 (natural) or 10") from None
    if not math.isfinite(speed) or speed < 0:
        raise SettingsError(f"{name}={value!r} is out of range: write a number from 0 (no delay) up")
    return speed


def _parse_home(name: str, value: str) -> Path:
    home = Path(value).expanduser()
    if home.exists() and not home.is_dir():
        raise SettingsError(f"{name}={value!r} is a file: name a folder, or a path where one can be made")
    return home


def read_keys(path: Path) -> tuple[str, ...]:
    """Read a file with one key a line; empty lines and lines that begin with # don't count.

    Raises: SettingsError when it can't be read, or holds no key or a wrong one.
    """
    try:
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"--keys-file {path} can't be read ({exc}): name a text file with one key a line") from None
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise SettingsError(f"--keys-file {path} holds no key: write one a line")
    return tuple(_key(f"--keys-file {path}", key) for key in keys)


def _parse_keys(name: str, value: str) -> tuple[str, ...]:
    return tuple(_key(name, key) for key in _words(value))


def _key(name: str, key: str) -> str:
    """Check that this can be a key; the message does not repeat it, because it may be a real one."""
    if not key.startswith(KEY_PREFIX) or not key.isascii() or not key.isprintable() or " " in key or len(key) > 200:
        raise SettingsError(
            f"{name} holds {key[:4]!r}…, which is no key of this provider: each begins with '{KEY_PREFIX}' "
            "and has at most 200 ASCII characters without spaces"
        )
    return key


def _parse_control_key(name: str, value: str) -> str:
    return _key(name, value.strip())


def _parse_hosts(name: str, value: str) -> tuple[str, ...]:
    hosts = tuple(_words(value))
    for host in hosts:
        if not HOST_NAME.fullmatch(host):
            raise SettingsError(f"{name} holds {host!r}: write names without port or path, such as provider,classroom")
    return hosts


def _parse_aliases(name: str, value: str) -> tuple[tuple[str, str], ...]:
    pairs = [tuple(part.strip() for part in word.partition("=")[::2]) for word in _words(value)]
    for asked, ours in pairs:
        if not asked or not ours:
            raise SettingsError(f"{name} holds {asked or ours!r}: write name=model, such as gpt-6-sol=practice-large")
    return tuple((asked, ours) for asked, ours in pairs)


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, VARIABLES, n=1, cutoff=0.0)
    return f"unknown variable {name}: did you mean {near[0]}?"


# name of the variable → field of Settings, parser
VARIABLES: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "PRACTICE_SPEED": ("speed", parse_speed),
    "PRACTICE_HOME": ("home", _parse_home),
    "PRACTICE_KEYS": ("keys", _parse_keys),
    "PRACTICE_CONTROL_KEY": ("control_key", _parse_control_key),
    "PRACTICE_HOSTS": ("hosts", _parse_hosts),
    "PRACTICE_ALIASES": ("aliases", _parse_aliases),
}
