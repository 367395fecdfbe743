"""Keys that stay secret: find one that has leaked, cover it in a log, read it from where it belongs.

    python -m stages.s2_llms.keys FILE…      names each line with a key in it; exit code 1 if there is one

It knows the shapes of a few vendors' keys and nothing else. A team uses a maintained scanner with hundreds of shapes
(gitleaks, detect-secrets, the code host's own push protection); the principle is this one.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
"""

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import SettingsError

SHAPES: dict[str, str] = {
    "Anthropic": r"\bsk-ant-[\w-]{20,}",
    "OpenAI": r"\bsk-(?!ant-)[\w-]{20,}",
    "Google": r"\bAIza[\w-]{35}",
    "AWS": r"\bAKIA[0-9A-Z]{16}\b",
    "practice": r"\bpractice-live-[0-9a-f]{16}\b",
}
_ANY = re.compile("|".join(f"(?P<{vendor}>{shape})" for vendor, shape in SHAPES.items()))


@dataclass(frozen=True)
class Leak:
    """A key that stands where it should not. The key itself is not kept, only how it begins."""

    vendor: str
    line: int
    begins: str


def find_keys(text: str) -> list[Leak]:
    """All keys in a text.

    >>> find_keys("key = 'practice-live-0123456789abcdef'")
    [Leak(vendor='practice', line=1, begins='practice-liv')]
    """
    return [
        Leak(match.lastgroup or "", number, match[0][:12])
        for number, line in enumerate(text.splitlines(), 1)
        for match in _ANY.finditer(line)
    ]


def redact(text: str) -> str:
    """The text with its keys covered.

    >>> redact("Bearer practice-live-0123456789abcdef")
    'Bearer [practice key]'
    """
    return _ANY.sub(lambda match: f"[{match.lastgroup} key]", text)


class RedactKeys(logging.Filter):
    """Covers keys in every record of a handler: `handler.addFilter(RedactKeys())`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the record's message by its redacted form; every record passes."""
        record.msg, record.args = redact(record.getMessage()), ()
        return True


def require_key(name: str, environ: Mapping[str, str]) -> str:
    """The key from an environment variable.

    Raises:
        SettingsError: it is not set, or it is a placeholder; the message says where to put it.
    """
    value = environ.get(name, "").strip()
    if not value or value.startswith(("your-", "<", "...")):
        raise SettingsError(f"{name} is not set. Put {name}=… into a .env file that git ignores, or export it.")
    return value


def main(paths: Sequence[str]) -> int:
    """Scan files, name what was found, and return the exit code."""
    found = [(path, leak) for path in paths for leak in find_keys(Path(path).read_text("utf-8", errors="replace"))]
    for path, leak in found:
        print(f"{path}:{leak.line}: a key for {leak.vendor} ({leak.begins}…). Take it out, and revoke it.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
