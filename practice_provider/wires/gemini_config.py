"""Gemini's `generationConfig`: length, stop sequences, sampling, candidates, and the format of the answer.

Vertex has two fields more, for the choice of a model, which have no effect here.

Source: https://ai.google.dev/api/generate-content#generationconfig
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..core import Ask, JsonObject
from .gemini_common import Node
from .gemini_schema import json_schema
from .gemini_thinking import with_thinking

_JSON, _PLAIN, _ENUM = "application/json", "text/plain", "text/x.enum"
_MOST_STOPS, _MOST_CANDIDATES, _MOST_LOGPROBS = 5, 8, 20


def with_config(ask: Ask, body: Node) -> Ask:
    """The ask with what `generationConfig` says.

    Raises:
        Fault: "bad_request".
    """
    config = body.get("generationConfig")
    if config is None:
        return ask
    config.only(_FIELDS)
    for name, (harmless, reason) in _REFUSED.items():
        if (field := config.get(name)) is not None and not harmless(field):
            raise field.about(reason)
    temperature, seed, most = config.get("temperature"), config.get("seed"), config.get("maxOutputTokens")
    schema = _schema(config)
    ask = replace(
        ask,
        max_tokens=_at_least_one(most) if most else None,
        stop=_stop_sequences(config),
        temperature=_temperature(temperature) if temperature else None,
        seed=seed.integer() if seed else None,
        schema=schema,
        json_only=schema is None and _media_type(config) == _JSON,
        n=_within(config, "candidateCount", 1, _MOST_CANDIDATES) or 1,
        logprobs=_logprobs(config),
        echo={**ask.echo, "bare_word": _media_type(config) == _ENUM},
    )
    return with_thinking(ask, config.get("thinkingConfig"))


def _at_least_one(most: Node) -> int:
    if most.integer() < 1:
        raise most.about(f"max_output_tokens must be positive, you sent {most.integer()}")
    return most.integer()


def _within(config: Node, name: str, least: int, most: int) -> int | None:
    field = config.get(name)
    if field and not least <= field.integer() <= most:
        raise field.about(f"must be in the range [{least}, {most}], you sent {field.integer()}")
    return field.integer() if field else None


def _logprobs(config: Node) -> int | None:
    """How many alternatives to each word; 0 for the word alone, None where no chances are wanted."""
    wanted, alternatives = config.get("responseLogprobs"), _within(config, "logprobs", 0, _MOST_LOGPROBS)
    if wanted is None or not wanted.flag():
        if alternatives is not None:
            raise config.need("logprobs").about("logprobs can be set only when response_logprobs is true")
        return None
    return alternatives or 0


def _temperature(temperature: Node) -> float:
    if not 0 <= temperature.number() <= 2:
        raise temperature.about(f"temperature must be in the range [0.0, 2.0], you sent {temperature.number():g}")
    return temperature.number()


def _stop_sequences(config: Node) -> tuple[str, ...]:
    listed = config.get("stopSequences")
    texts = tuple(item.text() for item in listed.items()) if listed else ()
    if listed and len(texts) > _MOST_STOPS:
        raise listed.about(f"at most {_MOST_STOPS} stop sequences are allowed, you sent {len(texts)}")
    if listed and "" in texts:
        raise listed.about("a stop sequence must not be empty")
    return texts


# ---- the format of the answer ----------------------------------------------------------------------------------


def _media_type(config: Node) -> str:
    wanted = config.get("responseMimeType")
    known = (_PLAIN, _JSON, _ENUM)
    if wanted and wanted.text() not in ("", *known):
        raise wanted.about(
            f"allowed mimetypes are {', '.join(f'`{name}`' for name in known)}, you sent '{wanted.text()}'"
        )
    return (wanted.text() if wanted else "") or _PLAIN


def _schema(config: Node) -> JsonObject | None:
    google, standard = config.get("responseSchema"), config.get("responseJsonSchema")
    if google and standard:
        raise standard.about("response_schema and response_json_schema are mutually exclusive")
    schema, media_type = google or standard, _media_type(config)
    if schema and media_type == _PLAIN:
        raise schema.about(f"only allowed when `response_mime_type` is `{_JSON}` or `{_ENUM}`")
    found = (json_schema(google) if google else schema.object()) if schema else None
    if media_type == _ENUM and not (found and found.get("type") == "string" and found.get("enum")):
        raise config.about(f"`{_ENUM}` needs a response_schema of type STRING with an enum")
    return found


# ---- what is refused, unless its value asks for nothing --------------------------------------------------------


def _never(field: Node) -> bool:
    return False


def _only_text(field: Node) -> bool:
    return all(item.text().upper() == "TEXT" for item in field.items())


# accepted without effect
NO_EFFECT = frozenset(
    (
        *("topP", "topK", "presencePenalty", "frequencyPenalty", "mediaResolution", "enableEnhancedCivicAnswers"),
        *("audioTimestamp", "routingConfig", "modelConfig"),
    )
)
_READ = {
    *("maxOutputTokens", "stopSequences", "temperature", "seed", "candidateCount", "responseLogprobs", "logprobs"),
    *("responseMimeType", "responseSchema", "responseJsonSchema", "thinkingConfig"),
}
_REFUSED: Mapping[str, tuple[Callable[[Node], bool], str]] = {
    "responseModalities": (_only_text, "the practice models answer with TEXT only"),
    "speechConfig": (_never, "the practice models do not speak"),
    "imageConfig": (_never, "the practice models do not draw"),
    "audioTranscriptionConfig": (_never, "the practice models do not transcribe"),
    "responseFormat": (_never, "not offered; use response_mime_type and response_json_schema"),
    "translationConfig": (_never, "the practice models do not translate"),
}
_FIELDS = {*_READ, *NO_EFFECT, *_REFUSED}
