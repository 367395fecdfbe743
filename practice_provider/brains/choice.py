"""What a command line says of the brain that is to answer.

Only words: nothing is looked up and nothing imported, so that a start with the practice model does not wait for it.
No key is ever part of a command line: a variable of the environment is named instead.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["practice", "upstream", "record", "replay"]


@dataclass(frozen=True)
class Choice:
    """The brain that is asked for."""

    kind: Kind = "practice"
    upstream: str | None = None  # 'ollama', a base URL, or addresses of vendors
    key_variable: str | None = None  # holds the upstream's key
    models: str = ""  # what our models are called at the upstream
    folder: Path | None = None  # of recordings

    def words(self) -> list[str]:
        """Give the command line that says the same.

        >>> Choice("upstream", "ollama").words()
        ['--model', 'upstream', '--upstream', 'ollama']
        """
        told = {
            "--model": "upstream" if self.kind == "upstream" else None,
            "--record": self._absolute() if self.kind == "record" else None,
            "--replay": self._absolute() if self.kind == "replay" else None,
            "--upstream": self.upstream,
            "--upstream-key-env": self.key_variable,
            "--upstream-model": self.models,
        }
        return [word for name, value in told.items() if value for word in (name, value)]

    def _absolute(self) -> str | None:
        """The folder as a process with another working directory has to know it."""
        return str(self.folder.expanduser().absolute()) if self.folder else None


PRACTICE = Choice()
