"""The real vendors that a request can be passed on to: their addresses, and how each wants its key.

A table. Clouds that sign each request for themselves (Bedrock, Vertex) are not in it: a signature for us is none for
them. Sources: https://platform.openai.com/docs/api-reference/authentication,
https://platform.claude.com/docs/en/api/overview, https://ai.google.dev/gemini-api/docs/api-key
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Vendor:
    """One vendor. `url` is what stands before the paths that its SDK calls; None where each customer has an own one."""

    name: str
    url: str | None
    key_header: str | None
    key_variables: tuple[str, ...]  # of the environment, in the order of its SDK
    before_key: str = ""

    def key_in(self, environ: Mapping[str, str]) -> str | None:
        """Give the vendor's key from these variables."""
        return next((environ[name] for name in self.key_variables if environ.get(name)), None)


# fmt: off
VENDORS: Mapping[str, Vendor] = {vendor.name: vendor for vendor in (
    Vendor("openai", "https://api.openai.com", "authorization", ("OPENAI_API_KEY",), "Bearer "),
    Vendor("anthropic", "https://api.anthropic.com", "x-api-key", ("ANTHROPIC_API_KEY",)),
    Vendor("gemini", "https://generativelanguage.googleapis.com", "x-goog-api-key",
           ("GOOGLE_API_KEY", "GEMINI_API_KEY")),
    Vendor("azure", None, "api-key", ("AZURE_OPENAI_API_KEY",)),
    Vendor("foundry", None, "x-api-key", ("ANTHROPIC_FOUNDRY_API_KEY",)),
    Vendor("ollama", "http://127.0.0.1:11434", None, ()),
)}
# fmt: on


def addressed(text: str) -> dict[str, Vendor]:
    """Give the vendors with the addresses that a command line names: 'URL' or 'vendor=URL', with commas between.

    A URL alone belongs to the vendor whose host it names, else it is taken for a server that speaks as OpenAI does.

    Raises: ValueError with the part that is wrong.

    >>> addressed("anthropic=http://127.0.0.1:9000/anthropic")["anthropic"].url
    'http://127.0.0.1:9000/anthropic'
    """
    vendors = dict(VENDORS)
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, url = part.partition("=") if not part.startswith("http") else (_whose(part), "", part)
        if name not in vendors:
            raise ValueError(f"{part!r} names no vendor that can be recorded: those are {', '.join(vendors)}")
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise ValueError(f"{url!r} is not an address: write {name}=https://…")
        vendors[name] = replace(vendors[name], url=url.rstrip("/").removesuffix("/v1"))
    return vendors


def _whose(url: str) -> str:
    host = urlsplit(url).hostname
    return next(
        (v.name for v in VENDORS.values() if v.url and urlsplit(v.url).hostname == host != "127.0.0.1"), "openai"
    )
