"""The layer stays small: what its README calls the layer is counted, and no file of the stage is missing there."""

import ast
import importlib
import inspect
import io
import re
import tokenize
from pathlib import Path

import pytest

STAGE = Path(__file__).resolve().parents[3] / "stages" / "s2_llms"
README = (STAGE / "README.md").read_text("utf-8")
LAYER = re.findall(r"^\| `([\w/]+\.py)` \|", README.split("## The layer")[1].split("\n## ")[0], re.M)
MOST = 900
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def code_lines(source: str) -> int:
    """Lines that are not blank, a comment, a docstring or an import."""
    passed: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        words = (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        )
        if words or isinstance(node, ast.Import | ast.ImportFrom):
            passed.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    spoken = {n for token in tokens if token.type not in NO_CODE for n in range(token.start[0], token.end[0] + 1)}
    return len(spoken - passed)


def test_what_counts_as_code() -> None:
    assert code_lines('"""Words\nof a module."""\n\nimport os\n\n# why\nn = (\n    1\n)\n') == 3


def test_the_layer_can_be_read_in_one_sitting() -> None:
    counted = {name: code_lines((STAGE / name).read_text("utf-8")) for name in LAYER}
    assert len(counted) == 16
    assert sum(counted.values()) <= MOST, counted


def test_a_further_platform_is_a_small_module() -> None:
    more = {path.name: code_lines(path.read_text("utf-8")) for path in (STAGE / "sdks").glob("over_*.py")}
    assert all(lines <= 100 for lines in more.values()), more


def test_the_readme_names_every_file() -> None:
    files = [path.relative_to(STAGE) for path in STAGE.rglob("*.py") if path != STAGE / "__init__.py"]
    shown = [name.parts[0] + "/" if name.parts[0] == "mcp" else name.as_posix() for name in files]
    assert [name for name in shown if f"`{name}`" not in README] == []


@pytest.mark.parametrize("name", LAYER)
def test_every_public_name_of_the_layer_is_documented(name: str) -> None:
    module = importlib.import_module(
        "stages.s2_llms." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    )
    public = [
        (label, thing)
        for label, thing in vars(module).items()
        if not label.startswith("_") and getattr(thing, "__module__", None) == module.__name__
    ]
    members = [
        (f"{label}.{inner}", member)
        for label, thing in public
        if inspect.isclass(thing)
        for inner, member in vars(thing).items()
        if not inner.startswith("_") and (inspect.isfunction(member) or isinstance(member, property | classmethod))
    ]
    assert [label for label, thing in public + members if callable(thing) and not inspect.getdoc(thing)] == []
