"""Errors of Claude on Microsoft Foundry: what Azure's gateway refuses has Azure's shape, all else is Anthropic's.

The gateway's 401 is known from reports such as https://github.com/anthropics/claude-code/issues/91842. That rates and
deployments are refused in the same shape is taken from Azure OpenAI, which has the same gateway.
"""

from ..core import Fault, FaultKind
from . import ErrorReply, anthropic_common, azure_errors

GATEWAY: frozenset[FaultKind] = frozenset(("auth", "forbidden", "no_such_path", "no_such_model", "method"))


def error(fault: Fault) -> ErrorReply:
    """Spell a fault as Foundry does.

    >>> error(Fault("auth", "")).body["error"]["code"], error(Fault("overloaded", "")).body["error"]["type"]
    ('401', 'overloaded_error')
    """
    return azure_errors.error(fault) if fault.kind in GATEWAY else anthropic_common.error(fault)
