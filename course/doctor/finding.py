"""What one check of the doctor found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One line of the report. A warning is for your information; a failure has to be mended before the course runs."""

    name: str
    outcome: Literal["ok", "warning", "failed"]
    text: str
    fix: str = ""


Check = Callable[[str, Mapping[str, str]], Finding]


def ok(name: str, text: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", text)


def warning(name: str, text: str, fix: str) -> Finding:
    """The course runs, but."""
    return Finding(name, "warning", text, fix)


def failed(name: str, text: str, fix: str) -> Finding:
    """The course does not run like this."""
    return Finding(name, "failed", text, fix)
