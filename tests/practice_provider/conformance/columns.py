"""The columns of the grid, in the order in which it shows them."""

from .anthropic_columns import AnthropicMessages, BedrockInvoke, Foundry, VertexClaude
from .bedrock_columns import BedrockConverse
from .column import Column
from .gemini_columns import Gemini, VertexGemini
from .ollama_columns import Ollama
from .openai_columns import AzureDeployments, AzureV1, OllamaV1, OpenAIChat
from .openai_responses_column import OpenAIResponses

COLUMNS: tuple[Column, ...] = (
    OpenAIChat(),
    OpenAIResponses(),
    AzureDeployments(),
    AzureV1(),
    AnthropicMessages(),
    Foundry(),
    VertexClaude(),
    Gemini(),
    VertexGemini(),
    BedrockConverse(),
    BedrockInvoke(),
    Ollama(),
    OllamaV1(),
)
