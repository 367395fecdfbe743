"""Other names for the models: a program that asks for a vendor's model is answered by one of ours, unchanged.

Only the name that is asked for is translated; replies, the journal and the bill name the model that answered.
"""

from collections.abc import Mapping
from dataclasses import replace

from .core import Count, Files, Request


def resolve(request: Request, names: Mapping[str, str]) -> Request:
    """Give the request with our model's name in place of the alias, where `names` has one.

    >>> from practice_provider.core import Embed
    >>> resolve(Embed("text-embedding-3-small", ("a",)), {"text-embedding-3-small": "practice-embed"}).model
    'practice-embed'
    """
    match request:
        case Count(ask):
            return Count(replace(ask, model=names.get(ask.model, ask.model)))
        case Files():
            return request
        case _:
            return replace(request, model=names.get(request.model or "", request.model))  # type: ignore[arg-type]
