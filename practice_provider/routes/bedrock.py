"""Amazon Bedrock: its runtime, and its list of models. https://docs.aws.amazon.com/bedrock/latest/APIReference/"""

from dataclasses import replace

from .. import sigv4
from ..event_stream import EVENT_STREAM
from ..wires import bedrock_converse, bedrock_count, bedrock_invoke, bedrock_models
from .table import Route, Vendor

BEDROCK = Vendor(
    "bedrock",
    "/bedrock",
    bedrock_converse,
    sigv4.SignedKey("bedrock"),
    request_id="x-amzn-requestid",
    error_event="modelStreamErrorException",
)
_CHUNKS = replace(EVENT_STREAM, headers={"x-amzn-bedrock-content-type": "application/json"})

# fmt: off
ROUTES: tuple[Route, ...] = (
    Route(BEDROCK, "POST", "/model/{model:path}/converse", bedrock_converse, False, marked_cache=True),
    Route(BEDROCK, "POST", "/model/{model:path}/converse-stream", bedrock_converse, True, EVENT_STREAM,
          marked_cache=True),
    Route(BEDROCK, "POST", "/model/{model:path}/invoke", bedrock_invoke, False, body="unlabelled", marked_cache=True),
    Route(BEDROCK, "POST", "/model/{model:path}/invoke-with-response-stream", bedrock_invoke, True, _CHUNKS,
          body="unlabelled", marked_cache=True),
    Route(BEDROCK, "POST", "/model/{model:path}/count-tokens", bedrock_count),
    Route(BEDROCK, "GET", "/foundation-models", bedrock_models, body="none"),
    Route(BEDROCK, "GET", "/foundation-models/{model:path}", bedrock_models, body="none"),
)
# fmt: on
