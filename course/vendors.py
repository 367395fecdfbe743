"""Point the vendors' SDKs at who should answer them, for this process only, by the SDKs' own variables.

What a variable held before is put back when the lesson begins again, so that a learner's real key is never lost.
Nothing is written to a file, and no key is printed. Sources: https://github.com/openai/openai-python,
https://github.com/anthropics/anthropic-sdk-python, https://github.com/googleapis/python-genai (their README files)
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import replace

from stages.s2_llms.errors import SettingsError
from stages.s2_llms.practice import ADDRESSES, Control, without_proxy
from stages.s2_llms.providers import PROVIDERS, Provider

VENDORS = ("openai", "anthropic", "google")

MISLEADING = {
    "openai": ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS"),
    "anthropic": ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS"),
    "google": (
        "GOOGLE_API_KEY",  # with GEMINI_API_KEY beside it, the SDK warns in every cell
        "GOOGLE_GENAI_API_VERSION",
        "GOOGLE_GENAI_USE_ENTERPRISE",
        "GOOGLE_GENAI_USE_VERTEXAI",
    ),
}
"""Variables that would lead an SDK, or a learner's real credentials, somewhere else than meant."""

# fmt: off
PLATFORMS: dict[str, Provider] = {row.name: row for row in (
    replace(PROVIDERS["foundry"], sdk="anthropic"),
    replace(PROVIDERS["bedrock"], sdk="anthropic", key_names=("AWS_BEARER_TOKEN_BEDROCK",),
            address=("ANTHROPIC_BEDROCK_MANTLE_BASE_URL", ""),  # https://bedrock-mantle.<region>.api.aws/anthropic
            chat_model="anthropic.claude-sonnet-5-5", small_model="anthropic.claude-haiku-5-5"),
    replace(PROVIDERS["vertex"], sdk="google"),  # project and login, or a key of its express mode in GOOGLE_API_KEY
)}
# fmt: on
"""Platforms with an SDK of their own, as the plain client of a vendor reaches them.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-messages-api.html
"""

SWITCHES: dict[str, dict[str, str | None]] = {
    "vertex": {
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_GENAI_USE_ENTERPRISE": None,  # it would win
        "GEMINI_API_KEY": None,
    },
}
"""Variables by which a platform's plain client is switched to it."""


class Variables:
    """The environment variables that a lesson has changed, and what they held before."""

    def __init__(self) -> None:
        self._changed: dict[str, tuple[str | None, str | None]] = {}  # name → before, ours

    def restore(self, environ: MutableMapping[str, str]) -> None:
        """Put back what was there, except where somebody has set a variable since."""
        self._put_back(environ)
        self._changed.clear()

    def without(self, environ: Mapping[str, str]) -> dict[str, str]:
        """A copy of the environment as it would be without our changes."""
        original = dict(environ)
        self._put_back(original)
        return original

    def change(self, environ: MutableMapping[str, str], values: Mapping[str, str | None]) -> None:
        """Set these variables; None removes one."""
        for name, ours in values.items():
            self._changed[name] = (environ.get(name), ours)
            _set(environ, name, ours)

    def _put_back(self, environ: MutableMapping[str, str]) -> None:
        for name, (before, ours) in self._changed.items():
            if environ.get(name) == ours:
                _set(environ, name, before)


def who_answers(real: tuple[str, ...], local: str = "practice") -> dict[str, Provider]:
    """The provider behind each vendor's SDK, when these keep their real addresses and all others are on this machine.

    Raises:
        SettingsError: two of them would answer the same SDK.

    >>> {sdk: provider.name for sdk, provider in who_answers(("anthropic",)).items()}
    {'openai': 'practice', 'anthropic': 'anthropic', 'google': 'practice'}
    """
    answers = dict.fromkeys(VENDORS, PROVIDERS[local])
    for name in real:
        row = PLATFORMS.get(name, PROVIDERS[name])
        if not answers[row.sdk].is_local and answers[row.sdk].name != name:
            both = f"{answers[row.sdk].name} and {name}"
            raise SettingsError(f"COURSE_PROVIDER names {both}, which share the {row.sdk} SDK. Name one of them.")
        answers[row.sdk] = row
    return answers


def require_keys(providers: Mapping[str, Provider], environ: Mapping[str, str]) -> None:
    """See that each real provider has its key.

    Raises:
        SettingsError: one has not; the message names the variable.
    """
    for provider in providers.values():
        if provider.key_names and not provider.key_in(environ):
            raise SettingsError(
                f"COURSE_PROVIDER names {provider.name}, and {' or '.join(provider.key_names)} is not set. "
                "Set it before you start JupyterLab, or unset COURSE_PROVIDER to use the practice provider."
            )


def variables(providers: Mapping[str, Provider], control: Control, environ: Mapping[str, str]) -> dict[str, str | None]:
    """What to set so that each vendor's SDK reaches its provider; None removes a variable."""
    wanted: dict[str, str | None] = {}
    for vendor, provider in providers.items():
        if provider.is_local:
            wanted |= control.env([vendor]) | dict.fromkeys(MISLEADING[vendor])
        elif provider.address is not None:  # a platform that speaks this vendor's language at an address of yours
            _, address, keys = ADDRESSES[vendor]
            wanted |= dict.fromkeys(MISLEADING[vendor])  # another account's token is not for this platform
            url = (provider.url_in(environ) or "").rstrip("/")  # a lesson's own HTTP puts a slash behind it
            wanted |= {address: url} | dict.fromkeys(keys, provider.key_in(environ))
        wanted |= SWITCHES.get(provider.name, {})
    return wanted | without_proxy(environ)


def _set(environ: MutableMapping[str, str], name: str, value: str | None) -> None:
    if value is None:
        environ.pop(name, None)
    else:
        environ[name] = value
