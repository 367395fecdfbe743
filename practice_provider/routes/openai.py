"""OpenAI's own API. https://platform.openai.com/docs/api-reference"""

from .. import auth, limits
from ..wires import (
    openai_chat,
    openai_embeddings,
    openai_files,
    openai_models,
    openai_moderations,
    openai_responses,
    openai_responses_count,
    openai_responses_memory,
    openai_responses_stored,
    openai_speech,
    openai_transcriptions,
)
from .table import Route, Vendor

OPENAI = Vendor(
    "openai",
    "/openai",
    openai_chat,
    auth.SentKey(),
    request_id="x-request-id",
    limit_headers=limits.LimitHeaders(
        "x-ratelimit-limit-requests",
        "x-ratelimit-remaining-requests",
        "x-ratelimit-reset-requests",
        limits.as_duration,
    ),
    headers={"openai-version": "2020-10-01"},
)

PAGING = ("after", "limit", "order", "purpose")
_MEMORY, _KEPT = openai_responses_memory, {openai_responses.KEPT: "yes"}
_STORED, _FILES, _SOUND = openai_responses_stored, openai_files, openai_transcriptions


def rows(vendor: Vendor, base: str) -> tuple[Route, ...]:
    """Give OpenAI's routes below a path: other vendors offer the same ones elsewhere."""
    response, file = base + "/responses/{response}", base + "/files/{file}"
    # fmt: off
    return (
        Route(vendor, "POST", base + "/chat/completions", openai_chat),
        Route(vendor, "POST", base + "/responses", openai_responses, memory=_MEMORY, fixed=_KEPT),
        Route(vendor, "POST", base + "/responses/input_tokens", openai_responses_count, memory=_MEMORY, fixed=_KEPT),
        Route(vendor, "GET", response, _STORED, body="none", fixed={"verb": "describe"}, query=("stream",)),
        Route(vendor, "DELETE", response, _STORED, body="none", fixed={"verb": "delete"}),
        Route(vendor, "GET", response + "/input_items", _STORED, body="none", fixed={"verb": "input_items"},
              query=("order",)),
        Route(vendor, "POST", base + "/embeddings", openai_embeddings),
        Route(vendor, "POST", base + "/moderations", openai_moderations),
        Route(vendor, "POST", base + "/audio/speech", openai_speech),
        Route(vendor, "POST", base + "/audio/transcriptions", _SOUND, body="multipart"),
        Route(vendor, "POST", base + "/audio/translations", _SOUND, body="multipart", fixed={"task": "translate"}),
        Route(vendor, "POST", base + "/files", _FILES, body="multipart", fixed={"verb": "store"}),
        Route(vendor, "GET", base + "/files", _FILES, body="none", fixed={"verb": "list"}, query=PAGING),
        Route(vendor, "GET", file, _FILES, body="none", fixed={"verb": "describe"}),
        Route(vendor, "GET", file + "/content", _FILES, body="none", fixed={"verb": "content"}),
        Route(vendor, "DELETE", file, _FILES, body="none", fixed={"verb": "delete"}),
        Route(vendor, "GET", base + "/models", openai_models, body="none"),
        Route(vendor, "GET", base + "/models/{model:path}", openai_models, body="none"),
    )
    # fmt: on


ROUTES: tuple[Route, ...] = rows(OPENAI, "/v1")
