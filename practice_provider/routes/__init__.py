"""Which URL speaks which wire: the rows of all vendors, one module each. What a row is: `table`."""

from . import anthropic, azure, bedrock, foundry, gemini, ollama, openai, vertex
from .table import PlainWire, Route, Vendor

ROUTES: tuple[Route, ...] = (
    *openai.ROUTES,
    *azure.ROUTES,
    *anthropic.ROUTES,
    *foundry.ROUTES,
    *gemini.ROUTES,
    *vertex.ROUTES,
    *bedrock.ROUTES,
    *ollama.ROUTES,
)

__all__ = ["ROUTES", "PlainWire", "Route", "Vendor"]
