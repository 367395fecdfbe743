"""Prompts as files with a version: reviewed, compared and rolled back like code, because they decide as much.

A file is Markdown below a YAML head (name, version, date, notes), named `name-vN.md`. A version that was used is never
edited: write the next one. `{placeholders}` are words in braces; all other braces are left alone, so that JSON can
stand in a prompt. Nothing here asks a model, or says which version is better.
Source for YAML heads in Markdown: https://jekyllrb.com/docs/front-matter/
"""

import datetime
import re
from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from .errors import CourseError
from .schema import reasons

PROMPTS = Path(__file__).with_name("prompts")
HEAD = ("name", "version", "date", "notes")
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_FILE = re.compile(r"(?P<name>[a-z0-9-]+)-v(?P<version>\d+)\.md")


class PromptError(CourseError):
    """A prompt cannot be found, read or filled; the message names the file or the word, and the fix."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid", strict=True))
class Prompt:
    """One version of a prompt. `notes` say what changed and why."""

    name: str
    version: int
    date: datetime.date
    notes: str
    text: str

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The words to fill in, in the order in which they first appear."""
        return tuple(dict.fromkeys(_PLACE.findall(self.text)))

    def render(self, **values: object) -> str:
        """The text with its placeholders filled; what stands in a value is never filled again.

        Raises:
            PromptError: a value is missing, or there is no such placeholder.

        >>> Prompt("greet", 1, datetime.date(2026, 11, 1), "", "Greet {who} as {\\"json\\"}.").render(who="{Kim}")
        'Greet {Kim} as {"json"}.'
        """
        wanted, given = set(self.placeholders), set(values)
        if wanted != given:
            lacking, unknown = sorted(wanted - given), sorted(given - wanted)
            raise PromptError(f"{self.name} v{self.version} lacks {lacking} and has no place for {unknown}.")
        return _PLACE.sub(lambda match: str(values[match[1]]), self.text)

    def next(self, text: str, notes: str, day: datetime.date) -> "Prompt":
        """The version after this one."""
        return replace(self, version=self.version + 1, date=day, notes=notes, text=text)


def versions(name: str, folder: Path = PROMPTS) -> list[int]:
    """The versions of a prompt that there are, oldest first."""
    found = [_FILE.fullmatch(path.name) for path in folder.glob(f"{name}-v*.md")]
    return sorted(int(match["version"]) for match in found if match and match["name"] == name)


def load(name: str, version: int | None = None, folder: Path = PROMPTS) -> Prompt:
    """A version of a prompt, the newest where none is said.

    Raises:
        PromptError: there is no such version, or its file cannot be used.
    """
    known = versions(name, folder)
    if not known or (version is not None and version not in known):
        names = sorted({match["name"] for path in folder.glob("*.md") if (match := _FILE.fullmatch(path.name))})
        raise PromptError(f"No prompt {name!r}, version {version}. Versions: {known}. Prompts: {', '.join(names)}.")
    wanted = version or known[-1]
    prompt = read(folder / f"{name}-v{wanted}.md")
    if (prompt.name, prompt.version) != (name, wanted):
        raise PromptError(f"{name}-v{wanted}.md says that it is {prompt.name} v{prompt.version}. Rename one of them.")
    return prompt


def read(path: Path) -> Prompt:
    """The prompt in this file.

    Raises:
        PromptError: as `load`.
    """
    try:
        _, head, text = path.read_text("utf-8").split("---\n", 2)
        values = yaml.safe_load(head)
        return Prompt(**values, text=text.strip())
    except (OSError, ValueError, TypeError, yaml.YAMLError) as exc:
        why = reasons(exc) if isinstance(exc, ValidationError) else exc
        raise PromptError(f"{path.name} must be a Markdown file below a YAML head: {why}") from exc


def save(prompt: Prompt, folder: Path = PROMPTS) -> Path:
    """Write a new version of a prompt, and give its file.

    Raises:
        PromptError: the version is there already.
    """
    path = folder / f"{prompt.name}-v{prompt.version}.md"
    head = yaml.safe_dump(
        {name: getattr(prompt, name) for name in HEAD}, sort_keys=False, allow_unicode=True, width=110
    )
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(f"---\n{head}---\n\n{prompt.text.strip()}\n")
    except FileExistsError as exc:
        raise PromptError(f"{path.name} is there already, and a version is never edited. Save the next one.") from exc
    return path
