"""Vertex AI's errors: Google's spelling with OAuth's 401, permissions and publisher models; Claude's own beside them.

For Claude, Google answers for keys, rights, rates and models, and Anthropic for what stands in the body.

Sources: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/api-errors, and replies in issues:
https://github.com/google-gemini/gemini-cli/issues/1463 (401) and
https://github.com/anthropics/claude-code/issues/1440 (429)
"""

from collections.abc import Mapping
from typing import Any

from ..core import Fault, FaultKind
from . import ErrorReply, anthropic_common
from .gemini_errors import ROWS as GEMINI_ROWS
from .gemini_errors import Row, detail, spelled

SERVICE = "aiplatform.googleapis.com"
_PERMISSION = "aiplatform.endpoints.predict"

ROWS: Mapping[FaultKind, Row] = {
    **GEMINI_ROWS,
    "auth": Row(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    ),
    "forbidden": Row(
        403, "PERMISSION_DENIED", f"Permission '{_PERMISSION}' denied on resource '//{SERVICE}' (or it may not exist)."
    ),
    "no_such_model": Row(
        404,
        "NOT_FOUND",
        "Publisher Model was not found or your project does not have access to it. Please ensure you are using a valid "
        "model version.",
    ),
    "no_such_file": Row(400, "INVALID_ARGUMENT", "Cannot fetch content from the provided URL."),
    "quota": Row(429, "RESOURCE_EXHAUSTED", f"Quota exceeded for {SERVICE}. Please submit a quota increase request."),
    "rate_limit": Row(
        429,
        "RESOURCE_EXHAUSTED",
        "Resource exhausted. Please try again later. Please refer to "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.",
    ),
}

# what Google refuses before Claude is asked
GATEWAY: frozenset[FaultKind] = frozenset(
    (
        *("auth", "forbidden", "quota", "no_such_path", "no_such_model", "method", "timeout", "too_large"),
        *("media_type", "rate_limit", "unavailable"),
    )
)


def error(fault: Fault) -> ErrorReply:
    """Spell a fault as Vertex does.

    >>> error(Fault("auth", "Who?")).body["error"]["details"][0]["reason"]
    'ACCESS_TOKEN_TYPE_UNSUPPORTED'
    """
    return spelled(fault, ROWS, _own_details)


def claude_error(fault: Fault) -> ErrorReply:
    """Spell a fault as Vertex does for Claude.

    >>> claude_error(Fault("bad_request", "max_tokens: Field required")).body["error"]["type"]
    'invalid_request_error'
    """
    return error(fault) if fault.kind in GATEWAY else anthropic_common.error(fault)


def _own_details(fault: Fault, opening: str) -> list[dict[str, Any]]:
    if fault.kind == "auth":
        service = {"service": SERVICE}
        reason = "ACCESS_TOKEN_TYPE_UNSUPPORTED"
        return [detail("ErrorInfo", reason=reason, domain="googleapis.com", metadata=service)]
    if fault.kind == "forbidden":
        permission = {"permission": _PERMISSION}
        return [detail("ErrorInfo", reason="IAM_PERMISSION_DENIED", domain=SERVICE, metadata=permission)]
    return []
