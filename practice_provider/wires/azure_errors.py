"""Azure OpenAI's errors: what its gateway refuses has a shape of its own, what the model refuses has OpenAI's.

The gateway knows keys, paths, deployments and rates; `code` is a string there, and there is no `type` and no `param`.
Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/quota and the service's replies
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..core import Fault, FaultKind
from . import ErrorReply, openai_errors


@dataclass(frozen=True)
class Row:
    """How the gateway tells one kind of fault: our words follow its own, because they say what to do."""

    status: int
    code: str
    words: str


ROWS: Mapping[FaultKind, Row] = {
    "auth": Row(
        401,
        "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
        "active subscription and use a correct regional API endpoint for your resource.",
    ),
    "forbidden": Row(403, "PermissionDenied", "The principal lacks the required data action."),
    "no_such_path": Row(404, "404", "Resource not found."),
    "no_such_model": Row(
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, "
        "please wait a moment and try again.",
    ),
    "method": Row(405, "405", "The method is not allowed."),
    "timeout": Row(408, "Timeout", "The operation was timeout."),
    "rate_limit": Row(429, "429", "Requests have exceeded the call rate limit of your current OpenAI S0 pricing tier."),
    "server": Row(500, "InternalServerError", "Internal server error."),
    "unavailable": Row(503, "ServiceUnavailable", "The service is temporarily unable to process your request."),
    "overloaded": Row(503, "ServiceUnavailable", "The service is temporarily unable to process your request."),
}


def error(fault: Fault) -> ErrorReply:
    """Tell a fault as Azure does.

    >>> error(Fault("no_such_model", "There is no 'mine'.")).body["error"]["code"]
    'DeploymentNotFound'
    """
    told = openai_errors.error(fault)
    row = ROWS.get(fault.kind)
    if row is None:
        return told
    words = f"{row.words} {fault.message}".strip()
    return ErrorReply(row.status, {"error": {"code": row.code, "message": words}}, told.headers)
