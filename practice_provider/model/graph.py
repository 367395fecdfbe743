"""Builds the ONNX graph of all-MiniLM-L6-v2 from its weights: six transformer layers, mean pooling, unit length.

One node per sentence of the textbook: no training, no export tool, no torch. Attention, layer norm and GELU are
onnxruntime's fused operators (domain com.microsoft), which makes the graph about twice as fast as plain ones. The
table of word vectors is not in it: half of all weights, of which a text needs a few rows (see network.py).
https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from .weights import Tensors

LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
_FUSED = "com.microsoft"

Array = npt.NDArray[Any]


class _Builder:
    """Collects nodes and constants; `node` and `constant` give back the name of what they made."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: Array) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output


def build(tensors: Tensors) -> bytes:
    """Give the serialised graph.

    Inputs are `words` (batch, length, 384) and `attention_mask` (batch, length); the output is `embedding`
    (batch, 384).
    """
    make = _Builder()
    hidden = _embed_tokens(make, tensors)
    make.node("Cast", ["attention_mask"], "mask_int", to=TensorProto.INT32)
    for index in range(LAYERS):
        hidden = _layer(make, tensors, index, hidden)
    _pool(make, hidden)
    inputs = [
        helper.make_tensor_value_info("words", TensorProto.FLOAT, ["batch", "length", WIDTH]),
        helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "length"]),
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH])
    graph = helper.make_graph(make.nodes, "minilm", inputs, [output], make.constants)
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid(_FUSED, 1)]
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    data: bytes = model.SerializeToString()
    return data


def _embed_tokens(make: _Builder, tensors: Tensors) -> str:
    """Word vector plus position vector (the only token type, 0, is folded into the positions), then layer norm."""
    position = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    make.constant("positions", position)
    make.constant("zero", np.array([0], np.int64))
    make.node("Shape", ["words"], "length", start=1, end=2)
    make.node("Slice", ["positions", "zero", "length", "zero"], "positions_used")
    make.node("Add", ["words", "positions_used"], "summed")
    scale = make.constant("norm_scale", tensors["embeddings.LayerNorm.weight"])
    shift = make.constant("norm_shift", tensors["embeddings.LayerNorm.bias"])
    return make.node("LayerNormalization", ["summed", scale, shift], "hidden", axis=-1, epsilon=EPSILON)


def _layer(make: _Builder, tensors: Tensors, index: int, hidden: str) -> str:
    """Attention with a residual, then the two-layer network with a residual, each followed by layer norm."""
    path = f"encoder.layer.{index}"

    def weight(part: str) -> str:  # stored as (out, in); a product needs (in, out)
        return make.constant(f"{path}.{part}.w", tensors[f"{path}.{part}.weight"].T)

    def vector(part: str, kind: str = "bias") -> str:
        return make.constant(f"{path}.{part}.{kind}", tensors[f"{path}.{part}.{kind}"])

    parts = [f"{path}.attention.self.{name}" for name in ("query", "key", "value")]
    joined = make.constant(f"{path}.qkv.w", np.concatenate([tensors[f"{p}.weight"].T for p in parts], axis=1))
    joined_bias = make.constant(f"{path}.qkv.bias", np.concatenate([tensors[f"{p}.bias"] for p in parts]))
    seen = make.node(
        "Attention", [hidden, joined, joined_bias, "mask_int"], f"{path}.seen", num_heads=HEADS, domain=_FUSED
    )
    first = _add_and_norm(make, f"{path}.first", seen, hidden, weight, vector, "attention.output")
    grown = make.node("MatMul", [first, weight("intermediate.dense")], f"{path}.grown")
    bent = make.node("BiasGelu", [grown, vector("intermediate.dense")], f"{path}.bent", domain=_FUSED)
    return _add_and_norm(make, f"{path}.second", bent, first, weight, vector, "output")


def _add_and_norm(make: _Builder, name: str, new: str, residual: str, weight: Any, vector: Any, part: str) -> str:
    product = make.node("MatMul", [new, weight(f"{part}.dense")], f"{name}.product")
    norm = f"{part}.LayerNorm"
    inputs = [product, residual, vector(norm, "weight"), vector(norm), vector(f"{part}.dense")]
    return make.node("SkipLayerNormalization", inputs, f"{name}.normed", epsilon=EPSILON, domain=_FUSED)


def _pool(make: _Builder, hidden: str) -> None:
    """Mean over the real tokens, scaled to unit length."""
    make.constant("axis_1", np.array([1], np.int64))
    make.constant("axis_last", np.array([-1], np.int64))
    make.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    make.node("Unsqueeze", ["mask", "axis_last"], "mask_wide")
    make.node("Mul", [hidden, "mask_wide"], "kept")
    make.node("ReduceSum", ["kept", "axis_1"], "total", keepdims=0)
    make.node("ReduceSum", ["mask", "axis_1"], "count", keepdims=1)
    make.node("Div", ["total", "count"], "mean")
    make.node("LpNormalization", ["mean"], "embedding", axis=-1, p=2)
