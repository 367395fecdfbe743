"""Which provider the desk talks to, and how it finds it again after it went away.

The practice provider is found or started here, and every conversation gets a key of its own, so that a fault ordered
by one visitor is not felt by another. A real provider keeps the key that the environment holds. Passages and questions
are always embedded by the practice provider, whoever answers: that costs nothing, and the vectors of the help centre
come with the repository.
"""

import os
import threading
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from stages.s2_llms.chat import Chat, File, Message
from stages.s2_llms.errors import SettingsError
from stages.s2_llms.practice import Control, PracticeProvider, find_or_start, without_proxy
from stages.s2_llms.providers import PROVIDERS, Provider, Settings
from stages.s2_llms.sdks import over_openai, translated
from stages.s3_rag.embeddings import ProviderEmbedder
from stages.s3_rag.vectors import Matrix

ANSWER_TIMEOUT_S = 45.0
"""The longest silence that we bear from a provider before we say so."""
EARS = "practice-transcribe"
WRITE_DOWN = "Write down what is said in this recording, word by word, and nothing else."


class Exchange:
    """The desk's one connection to its provider, shared by all conversations and threads."""

    def __init__(self, provider: Provider, home: Path, environ: MutableMapping[str, str] = os.environ) -> None:
        self.provider = provider
        self._home, self._environ = home, environ
        self._practice: dict[str, PracticeProvider] = {}  # by who thinks behind it
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
        local = self.provider if self.is_practice else PROVIDERS["practice"]
        return self._found(local).key(f"practice-desk-{conversation}")

    def hear(self, file: File, chat: Chat) -> str:
        """Write a recording down; a vendor's chat model does it itself, where it can hear.

        Raises:
            ProviderError: the provider refused it or did not answer.
        """
        if not self.is_practice:
            return chat.reply([Message("user", WRITE_DOWN, (file,))]).text
        control = self._found(PROVIDERS["practice"]).key("practice-desk-ears")
        client = over_openai.connect(control.key, control.base_url("openai"), ANSWER_TIMEOUT_S)
        with translated(over_openai.FAULTS):
            return client.audio.transcriptions.create(model=EARS, file=(file.name, file.data)).text

    def embedder(self) -> "DeskEmbedder":
        """What embeds passages and questions; nothing is started before it is used."""
        return DeskEmbedder(self)

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Embed with the practice provider's model, (n_texts, dimensions).

        Raises:
            ProviderUnavailable: no practice provider could be started.
            ProviderError: it did not answer.
        """
        local = PROVIDERS["practice"]
        control = self._found(local).key("practice-desk-index")
        return ProviderEmbedder(local, key=control.key, base_url=control.base_url(local.sdk))(texts)

    def _found(self, local: Provider) -> PracticeProvider:
        """A provider on this machine, started again if it has gone. One thread looks, the others wait for it."""
        with self._lock:
            running = self._practice.get(local.name)
            if running is None or not running.healthy():
                self._environ.update(without_proxy(self._environ))
                home = Settings(home=self._home, local=local.name).provider_home
                running = self._practice[local.name] = find_or_start(home, owner_pid=os.getpid(), brain=local.brain)
            return running


class DeskEmbedder:
    """The practice provider's embedding model, wherever the provider is just now."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    @property
    def model(self) -> str:
        """The model that embeds."""
        return str(PROVIDERS["practice"].embedding_model)

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """One row for each text."""
        return self._exchange.embed(texts)
