"""Which provider the desk talks to, and how it finds it again after it went away.

The practice provider is found or started here, and every conversation gets a key of its own, so that a fault ordered
by one visitor is not felt by another. A real provider keeps the key that the environment holds.
"""

import os
import threading
from collections.abc import MutableMapping
from pathlib import Path

from stages.s2_llms.chat import Chat
from stages.s2_llms.errors import SettingsError
from stages.s2_llms.practice import Control, PracticeProvider, find_or_start, without_proxy
from stages.s2_llms.providers import PROVIDERS, Provider, Settings

ANSWER_TIMEOUT_S = 45.0
"""The longest silence that we bear from a provider before we say so."""


class Exchange:
    """The desk's one connection to its provider, shared by all conversations and threads."""

    def __init__(self, provider: Provider, home: Path, environ: MutableMapping[str, str] = os.environ) -> None:
        self.provider = provider
        self._home, self._environ = home, environ
        self._practice: PracticeProvider | None = None
        self._lock = threading.Lock()

    @property
    def is_practice(self) -> bool:
        """Do we talk to the practice provider, where faults can be ordered and nothing costs money?"""
        return self.provider.is_local

    def chat(self, conversation: str) -> Chat:
        """A chat for this conversation.

        Raises:
            ProviderUnavailable: no practice provider could be started.
            SettingsError: the provider's key is not set.
        """
        if self.is_practice:
            control = self.control(conversation)
            url = control.base_url(self.provider.sdk)
            return Chat(self.provider, key=control.key, base_url=url, timeout_s=ANSWER_TIMEOUT_S)
        names = self.provider.key_names
        key = self.provider.key_in(self._environ)
        if names and not key:
            fix = f"set {' or '.join(names)} and start the desk again"
            raise SettingsError(f"{self.provider.label} needs a key: {fix}.")
        return Chat(self.provider, key=key or "no-key-needed", timeout_s=ANSWER_TIMEOUT_S)

    def control(self, conversation: str) -> Control:
        """What this conversation's key may order from the practice provider.

        Raises:
            ProviderUnavailable: no practice provider could be started.
        """
        return self._found().key(f"practice-desk-{conversation}")

    def _found(self) -> PracticeProvider:
        """The practice provider, started again if it has gone. One thread looks, the others wait for what it finds."""
        with self._lock:
            if self._practice is None or not self._practice.healthy():
                self._environ.update(without_proxy(self._environ))
                local = self.provider if self.is_practice else PROVIDERS["practice"]
                home = Settings(home=self._home, local=local.name).provider_home
                self._practice = find_or_start(home, owner_pid=os.getpid(), brain=local.brain)
            return self._practice
