"""The chat with Claude in Microsoft Foundry: Anthropic's API at another address and with another key header.

Source: https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry
"""

import anthropic

from .over_anthropic import STOPS, stream


def connect(key: str | None, base_url: str | None, timeout_s: float) -> anthropic.AnthropicFoundry:
    """A client that never tries twice; `base_url` ends in /anthropic."""
    return anthropic.AnthropicFoundry(api_key=key, base_url=base_url or "", timeout=timeout_s, max_retries=0)


__all__ = ["STOPS", "connect", "stream"]
