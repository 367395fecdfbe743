"""Azure OpenAI: by deployments and versions, and the newer paths with /v1/ which are OpenAI's own.

https://learn.microsoft.com/azure/ai-foundry/openai/reference
"""

from dataclasses import replace

from .. import auth
from ..wires import openai_chat
from ..wires.azure_wire import DEPLOYMENT, FOR_V1, VERSION, VERSIONS, FilteredChat, OnAzure
from .openai import OPENAI, rows
from .table import Route, Vendor

AZURE = Vendor(
    "azure",
    "/azure",
    OnAzure(openai_chat),
    auth.SentKey(("api-key",)),
    request_id="apim-request-id",
    limit_headers=OPENAI.limit_headers,
    headers={"x-ms-region": "Practice"},
)

# what a deployment offers; everything else has no deployment in its path
BY_DEPLOYMENT = ("/chat/completions", "/embeddings", "/audio/speech", "/audio/transcriptions", "/audio/translations")
NOT_HERE = ("/moderations",)


def _adapted(route: Route, versions: tuple[str, ...]) -> Route:
    kind = FilteredChat if route.wire is openai_chat else OnAzure
    return replace(route, wire=kind(route.wire, versions), query=(*route.query, VERSION))


def _path(path: str) -> str:
    return f"/openai/deployments/{{{DEPLOYMENT}}}{path}" if path in BY_DEPLOYMENT else f"/openai{path}"


_OPENAIS = [row for row in rows(AZURE, "") if row.path not in NOT_HERE]
ROUTES: tuple[Route, ...] = (
    *(replace(_adapted(row, FOR_V1), path=f"/openai/v1{row.path}") for row in _OPENAIS),
    *(replace(_adapted(row, VERSIONS), path=_path(row.path)) for row in _OPENAIS),
)
