"""The one table of providers and model names, and the settings that choose from it.

No lesson and no app writes a model's name: they take it from here. To move to another model, change a row.
Sources: https://platform.openai.com/docs/models, https://docs.anthropic.com/en/docs/about-claude/models,
https://ai.google.dev/gemini-api/docs/models, https://docs.ollama.com/faq
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from .errors import SettingsError

Sdk = Literal["openai", "anthropic", "google", "bedrock", "foundry", "vertex"]


@dataclass(frozen=True)
class Provider:
    """One row: which SDK speaks to it, where its key stands, and the models that the lessons use."""

    name: str
    label: str
    sdk: Sdk
    key_names: tuple[str, ...]  # the environment variables that may hold the key, in the SDK's own order
    chat_model: str
    small_model: str
    embedding_model: str | None
    base_url: str | None = None  # None: the SDK's own default, or what its base-URL variable says
    costs_money: bool = True
    brain: str | None = None  # who thinks behind the practice provider, which then answers every vendor's SDK
    address: tuple[str, str] | None = None  # the variable that holds an address of yours, and the path below it

    @property
    def is_local(self) -> bool:
        """Is it the practice provider that answers, whoever thinks behind it? Then faults can be ordered."""
        return self.name == "practice" or self.brain is not None

    def key_in(self, environ: Mapping[str, str]) -> str | None:
        """The provider's key in these variables; None where none is set.

        >>> PROVIDERS["openai"].key_in({"OPENAI_API_KEY": "sk-1"})
        'sk-1'
        """
        return next((environ[name] for name in self.key_names if environ.get(name)), None)

    def url_in(self, environ: Mapping[str, str]) -> str | None:
        """The provider's address in these variables, where it is one of your own; None is the SDK's default.

        Raises:
            SettingsError: it has an address of your own, and the variable is not set.

        >>> PROVIDERS["azure"].url_in({"AZURE_OPENAI_ENDPOINT": "https://me.openai.azure.com/"})
        'https://me.openai.azure.com/openai/v1/'
        """
        if self.address is None:
            return self.base_url
        name, path = self.address
        if not environ.get(name):
            raise SettingsError(f"{self.label} needs the address of your own resource: set {name}.")
        return environ[name].rstrip("/") + path


# fmt: off
_ROWS = (
    #        name         label                         sdk          variables of the key
    #        chat model, small model, embedding model, more
    Provider("practice", "the practice provider", "openai", (),
             "practice-large", "practice-small", "practice-embed", costs_money=False),
    Provider("openai", "OpenAI", "openai", ("OPENAI_API_KEY",),
             "gpt-6-sol", "gpt-6-luna", "text-embedding-3-small"),
    Provider("anthropic", "Anthropic", "anthropic", ("ANTHROPIC_API_KEY",),
             "claude-sonnet-5-5", "claude-haiku-5-5", None),
    Provider("google", "Google Gemini", "google", ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
             "gemini-3.8-flash", "gemini-3.5-flash-lite", "gemini-embedding-001"),
    # On Azure a "model" is the name of your deployment: the rows assume that it has the model's own name.
    Provider("azure", "Azure OpenAI", "openai", ("AZURE_OPENAI_API_KEY",),
             "gpt-6-sol", "gpt-6-luna", "text-embedding-3-small", address=("AZURE_OPENAI_ENDPOINT", "/openai/v1/")),
    Provider("foundry", "Claude in Microsoft Foundry", "foundry", ("ANTHROPIC_FOUNDRY_API_KEY",),
             "claude-sonnet-5-5", "claude-haiku-5-5", None, address=("ANTHROPIC_FOUNDRY_BASE_URL", "")),
    # AWS signs with credentials that boto3 finds by itself: variables, a profile, or the machine's role.
    Provider("bedrock", "Amazon Bedrock", "bedrock", (),
             "global.anthropic.claude-sonnet-5-5", "global.anthropic.claude-haiku-5-5", None),
    # Google Cloud knows you by `gcloud auth application-default login`; project and location stand in GOOGLE_CLOUD_….
    Provider("vertex", "Gemini on Vertex AI", "vertex", (),
             "gemini-3.8-flash", "gemini-3.5-flash-lite", "gemini-embedding-001"),
    # The practice provider chooses which of Ollama's models plays which of these.
    Provider("ollama", "Ollama on this machine", "openai", (),
             "practice-large", "practice-small", "practice-embed", costs_money=False, brain="ollama"),
)
# fmt: on

PROVIDERS: dict[str, Provider] = {row.name: row for row in _ROWS}
MODELS_CHECKED = date(2026, 11, 23)
"""The day on which these names were last compared with the vendors' pages; `course models` asks the vendors."""

HOME = Path(__file__).resolve().parents[2] / ".course"
"""The learner's own folder, unless COURSE_HOME names another: never committed, safe to delete when nothing runs."""

_STORES = ("COURSE_STORE", "COURSE_DATABASE_URL", "COURSE_QDRANT_URL")  # what stage 3 may search in
KNOWN_VARIABLES = ("COURSE_HOME", "COURSE_PROVIDER", "COURSE_LEARNER", "COURSE_MAX_USD", *_STORES)


@dataclass(frozen=True)
class Settings:
    """What the COURSE_… variables say. `real` names the providers that keep their real addresses.

    `local` names who answers on this machine: the practice model, or another brain behind the same provider.
    """

    real: tuple[str, ...] = ()
    home: Path = HOME
    learner: str | None = None
    local: str = "practice"

    @property
    def provider(self) -> Provider:
        """The provider for code that needs just one: the first real one, else the one on this machine."""
        return PROVIDERS[self.real[0] if self.real else self.local]

    @property
    def provider_home(self) -> Path:
        """The folder of the provider on this machine: one for each brain."""
        return self.home / ("provider" if self.local == "practice" else f"provider-{self.local}")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the COURSE_… variables.

        Raises:
            SettingsError: an unknown COURSE_… variable, or an unknown provider; the message names the nearest.

        >>> Settings.from_env({"COURSE_PROVIDER": "openai, anthropic"}).real
        ('openai', 'anthropic')
        """
        for name in environ:
            if name.startswith("COURSE_") and name not in KNOWN_VARIABLES:
                raise SettingsError(f"Unknown variable {name}. {nearest(name, KNOWN_VARIABLES)}")
        home = environ.get("COURSE_HOME")
        named = [PROVIDERS[name] for name in _providers(environ.get("COURSE_PROVIDER", "practice"))]
        real = tuple(row.name for row in named if not row.is_local)
        local = next((row.name for row in named if row.brain), "practice")
        where = Path(home).expanduser() if home else HOME
        return cls(real, where, environ.get("COURSE_LEARNER") or None, local)


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence that helps someone who mistyped a word.

    >>> nearest("COURSE_HOM", ["COURSE_HOME", "COURSE_PROVIDER"])
    'Did you mean COURSE_HOME? Known: COURSE_HOME, COURSE_PROVIDER.'
    """
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]}? " if close else ""
    return f"{hint}Known: {', '.join(names)}."


def _providers(value: str) -> Iterable[str]:
    for name in filter(None, (part.strip().lower() for part in value.split(","))):
        if name not in PROVIDERS:
            raise SettingsError(f"COURSE_PROVIDER names {name!r}. {nearest(name, PROVIDERS)}")
        yield name
