"""Anthropic's own API. https://platform.claude.com/docs/en/api/overview"""

from .. import auth, limits
from ..wires import anthropic_count, anthropic_messages, anthropic_models
from .table import Route, Vendor

ANTHROPIC = Vendor(
    "anthropic",
    "/anthropic",
    anthropic_messages,
    auth.SentKey(("x-api-key",)),
    request_id="request-id",
    limit_headers=limits.LimitHeaders(
        "anthropic-ratelimit-requests-limit",
        "anthropic-ratelimit-requests-remaining",
        "anthropic-ratelimit-requests-reset",
        limits.as_instant,
        ("requests", "tokens", "input_tokens", "output_tokens"),
    ),
    error_event="error",
)

# fmt: off
ROUTES: tuple[Route, ...] = (
    Route(ANTHROPIC, "POST", "/v1/messages", anthropic_messages, marked_cache=True),
    Route(ANTHROPIC, "POST", "/v1/messages/count_tokens", anthropic_count),
    Route(ANTHROPIC, "GET", "/v1/models", anthropic_models, body="none", query=anthropic_models.QUERY),
    Route(ANTHROPIC, "GET", "/v1/models/{model:path}", anthropic_models, body="none"),
)
# fmt: on
