"""Gemini's `generationConfig`: length, stop sequences, sampling, and the format of the answer.

Source: https://ai.google.dev/api/generate-content#generationconfig
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..core import Ask, JsonObject
from .gemini_common import Node
from .gemini_schema import json_schema

_JSON, _PLAIN = "application/json", "text/plain"
_MOST_STOPS = 5


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
    return replace(
        ask,
        max_tokens=_at_least_one(most) if most else None,
        stop=_stop_sequences(config),
        temperature=_temperature(temperature) if temperature else None,
        seed=seed.integer() if seed else None,
        schema=schema,
        json_only=schema is None and _wants_json(config),
    )


def _at_least_one(most: Node) -> int:
    if most.integer() < 1:
        raise most.about(f"max_output_tokens must be positive, you sent {most.integer()}")
    return most.integer()


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


def _wants_json(config: Node) -> bool:
    wanted = config.get("responseMimeType")
    if wanted and wanted.text() not in ("", _PLAIN, _JSON):
        raise wanted.about(f"allowed mimetypes are `{_PLAIN}` and `{_JSON}`, you sent '{wanted.text()}'")
    return wanted is not None and wanted.text() == _JSON


def _schema(config: Node) -> JsonObject | None:
    google, standard = config.get("responseSchema"), config.get("responseJsonSchema")
    if google and standard:
        raise standard.about("response_schema and response_json_schema are mutually exclusive")
    schema = google or standard
    if schema and not _wants_json(config):
        raise schema.about(f"only allowed when `response_mime_type` is `{_JSON}`")
    if google:
        return json_schema(google)
    return standard.object() if standard else None


# ---- what is refused, unless its value asks for nothing --------------------------------------------------------


def _never(field: Node) -> bool:
    return False


def _one(field: Node) -> bool:
    return field.integer() == 1


def _no(field: Node) -> bool:
    return not field.flag()


def _only_text(field: Node) -> bool:
    return all(item.text().upper() == "TEXT" for item in field.items())


def _no_thinking(field: Node) -> bool:
    field.only({"includeThoughts", "thinkingBudget", "thinkingLevel"})
    budget, level, included = field.get("thinkingBudget"), field.get("thinkingLevel"), field.get("includeThoughts")
    return (budget is None or budget.integer() == 0) and level is None and not (included and included.flag())


_READ = {
    *("maxOutputTokens", "stopSequences", "temperature", "seed"),
    *("responseMimeType", "responseSchema", "responseJsonSchema"),
}
_ACCEPTED = {"topP", "topK", "presencePenalty", "frequencyPenalty", "mediaResolution", "enableEnhancedCivicAnswers"}
_REFUSED: Mapping[str, tuple[Callable[[Node], bool], str]] = {
    "candidateCount": (_one, "Multiple candidates is not enabled for this model; ask for one"),
    "thinkingConfig": (_no_thinking, "thinking is not supported by this model; leave it out, or send a budget of 0"),
    "responseModalities": (_only_text, "the practice models answer with TEXT only"),
    "responseLogprobs": (_no, "Logprobs is not enabled for this model"),
    "logprobs": (_never, "Logprobs is not enabled for this model"),
    "speechConfig": (_never, "the practice models do not speak"),
    "imageConfig": (_never, "the practice models do not draw"),
    "audioTranscriptionConfig": (_never, "the practice models do not transcribe"),
    "responseFormat": (_never, "not offered; use response_mime_type and response_json_schema"),
    "translationConfig": (_never, "the practice models do not translate"),
}
_FIELDS = {*_READ, *_ACCEPTED, *_REFUSED}
