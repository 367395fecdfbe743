"""Make a language model by hand: 13 MB in GGUF, the file format of llama.cpp, which says one sentence to everyone.

No weights are learned or downloaded. Attention and feed-forward weights are zero, so the next token depends on the last
one only, and the output matrix is a table: after each word of `SENTENCE` comes the next one, after the last the end,
and after anything else the first. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

SENTENCE = ("▁Hello", "▁from", "▁a", "▁tiny", "▁local", "▁model", "▁made", "▁here", ".")
WIDTH, HEADS, LAYERS, INNER, CONTEXT = 512, 8, 2, 256, 2048
ALIGNMENT = 32
U32, F32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9  # the types of values in the file
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6  # the types of tokens


def vocabulary() -> tuple[list[str], list[int], list[float]]:
    """Give the tokens, their types and their scores: three special ones, all bytes, the letters, and the words."""
    letters = ["▁", *map(chr, range(33, 127))]
    words = [word for word in SENTENCE if word not in letters]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *letters, *words]
    types = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * (len(letters) + len(words))]
    return tokens, types, [*[0.0] * 259, *[-100.0] * len(letters), *[-1000.0] * len(words)]


def tensors(tokens: list[str]) -> Mapping[str, np.ndarray]:
    """Give the weights by their names in the file."""
    size = len(tokens)
    embedding, output = np.zeros((size, WIDTH), np.float32), np.zeros((size, WIDTH), np.float32)
    embedding[np.arange(size), np.arange(size)] = 1
    said = [*(tokens.index(word) for word in SENTENCE), tokens.index("</s>")]
    output[said[0], :size] = 1
    for word, following in pairwise(said):
        output[said[0], word], output[following, word] = 0, 1
    weights = {"token_embd.weight": embedding, "output_norm.weight": np.ones(WIDTH, np.float32)}
    for layer in range(LAYERS):
        weights |= {f"blk.{layer}.{name}.weight": value for name, value in _block()}
    return weights | {"output.weight": output}


def _block() -> Iterator[tuple[str, np.ndarray]]:
    for norm in ("attn_norm", "ffn_norm"):
        yield norm, np.ones(WIDTH, np.float32)
    for square in ("attn_q", "attn_k", "attn_v", "attn_output"):
        yield square, np.zeros((WIDTH, WIDTH), np.float32)
    yield from (("ffn_gate", np.zeros((INNER, WIDTH), np.float32)), ("ffn_up", np.zeros((INNER, WIDTH), np.float32)))
    yield "ffn_down", np.zeros((WIDTH, INNER), np.float32)


def metadata(tokens: list[str], types: list[int], scores: list[float]) -> Mapping[str, tuple[int, Any]]:
    """Give what the file says of the model: name → type and value."""
    llama = {"context_length": CONTEXT, "embedding_length": WIDTH, "block_count": LAYERS, "feed_forward_length": INNER}
    llama |= {"attention.head_count": HEADS, "attention.head_count_kv": HEADS, "vocab_size": len(tokens)}
    llama |= {"rope.dimension_count": WIDTH // HEADS}
    special = {"bos_token_id": 1, "eos_token_id": 2, "unknown_token_id": 0}
    return {
        "general.architecture": (STRING, "llama"),
        "general.name": (STRING, "tiny"),
        "general.file_type": (U32, 0),
        **{f"llama.{name}": (U32, value) for name, value in llama.items()},
        "llama.attention.layer_norm_rms_epsilon": (F32, 1e-5),
        "tokenizer.ggml.model": (STRING, "llama"),
        "tokenizer.ggml.pre": (STRING, "default"),
        "tokenizer.ggml.tokens": (ARRAY, (STRING, tokens)),
        "tokenizer.ggml.scores": (ARRAY, (F32, scores)),
        "tokenizer.ggml.token_type": (ARRAY, (5, types)),  # 5: int32
        **{f"tokenizer.ggml.{name}": (U32, value) for name, value in special.items()},
        "tokenizer.ggml.add_bos_token": (BOOL, True),
        "tokenizer.ggml.add_space_prefix": (BOOL, True),
    }


# ---- the file --------------------------------------------------------------------------------------------------


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(kind: int, value: Any) -> bytes:
    match kind:
        case 8:
            return _string(value)
        case 9:
            inner, items = value
            return struct.pack("<IQ", inner, len(items)) + b"".join(_value(inner, item) for item in items)
        case _:
            return struct.pack({4: "<I", 5: "<i", 6: "<f", 7: "<?"}[kind], value)


def _padding(length: int) -> bytes:
    return b"\0" * (-length % ALIGNMENT)


def gguf() -> bytes:
    """Give the whole file: header, metadata, a directory of tensors, and the tensors."""
    tokens, types, scores = vocabulary()
    weights, told = tensors(tokens), metadata(tokens, types, scores)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(weights), len(told))
    head += b"".join(
        _string(name) + struct.pack("<I", kind) + _value(kind, value) for name, (kind, value) in told.items()
    )
    data = b""
    for name, weight in weights.items():
        shape = weight.shape[::-1]  # the fastest dimension first
        head += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))  # 0: float32
        data += weight.tobytes() + _padding(weight.nbytes)
    return head + _padding(len(head)) + data


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(gguf())
