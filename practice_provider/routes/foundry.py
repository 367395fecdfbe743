"""Claude on Microsoft Foundry: Anthropic's API behind Azure's gateway, without the list of models.

It sends none of Anthropic's rate-limit headers. https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry
"""

from .. import auth
from ..wires import anthropic_count, anthropic_messages
from ..wires.foundry_errors import error
from ..wires.hosted import Hosted
from .table import Route, Vendor

MESSAGES = Hosted(anthropic_messages, error)
FOUNDRY = Vendor(
    "foundry",
    "/foundry",
    MESSAGES,
    auth.SentKey(("api-key", "x-api-key")),
    request_id="request-id",
    error_event="error",
)

ROUTES: tuple[Route, ...] = (
    Route(FOUNDRY, "POST", "/anthropic/v1/messages", MESSAGES, marked_cache=True),
    Route(FOUNDRY, "POST", "/anthropic/v1/messages/count_tokens", Hosted(anthropic_count, error)),
)
