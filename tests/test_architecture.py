"""Who may import whom: a stage builds on earlier stages, the lessons on stages, and the provider is only spoken to.

Read from the syntax trees, so nothing is imported and no import hidden in a function is missed.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"course", "stages", "capstone", "practice_provider"}
STAGES = (
    "s1_architecture",
    "s2_llms",
    "s3_rag",
    "s4_system_design",
    "s5_observability",
    "s6_deployment",
    "s7_security",
)


def may_import(importer: str, imported: str) -> bool:
    """Return whether a module of ours, by its dotted name, may import another one of ours."""
    package, other = importer.split(".")[0], imported.split(".")[0]
    if package == other == "stages":
        return _stage(imported) <= _stage(importer)
    allowed = {"stages": set(), "capstone": {"stages"}, "course": {"stages"}, "notebooks": {"stages", "course"}}
    return package == other or other in allowed.get(package, set())


def _stage(module: str) -> int:
    """Return the place of a stage in the course; the package `stages` itself comes before all."""
    parts = module.split(".")
    return STAGES.index(parts[1]) if len(parts) > 1 and parts[1] in STAGES else -1


def imports(source: str, module: str, is_package: bool) -> Iterator[str]:
    """Yield the dotted names of our own modules that this source imports, relative ones resolved."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _resolve(node, module, is_package)
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)] if base.count(".") == 0 else [base]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in OURS)


def _resolve(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    here = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*here, *([node.module] if node.module else [])])


def sources() -> Iterator[tuple[str, bool, str]]:
    """Yield (module, is it a package's __init__, source) of every module of ours and every notebook's code."""
    for package in sorted(OURS):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            yield ".".join(parts[:-1] if is_package else parts), is_package, path.read_text("utf-8")
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        plain = [line for cell in code for line in cell.splitlines() if not line.lstrip().startswith(("%", "!", "?"))]
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts), False, "\n".join(plain).replace("await ", "")


def test_nobody_imports_what_is_not_theirs() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, is_package, source in sources()
        for name in imports(source, module, is_package)
        if not may_import(module, name)
    ]
    assert wrong == []


def test_every_package_and_notebook_was_read() -> None:
    modules = {module.split(".")[0] for module, _, _ in sources()}
    assert modules == OURS | {"notebooks"}


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("stages.s3_rag.search", "stages.s2_llms.chat", True),
        ("stages.s2_llms.chat", "stages.s3_rag.search", False),
        ("stages.s2_llms.chat", "course.paths", False),
        ("stages.s2_llms.chat", "practice_provider", False),
        ("capstone.app", "stages.s7_security", True),
        ("capstone.app", "course", False),
        ("course.demo", "capstone.app", False),
        ("practice_provider.server", "stages.s2_llms", False),
        ("practice_provider.server", "practice_provider.core", True),
        ("notebooks.s2_llms.01_first_calls", "course", True),
        ("notebooks.s2_llms.01_first_calls", "practice_provider", False),
    ],
)
def test_the_rule_allows_and_forbids_what_the_design_says(importer: str, imported: str, allowed: bool) -> None:
    assert may_import(importer, imported) is allowed


def test_relative_and_hidden_imports_are_seen() -> None:
    source = "def late():\n    from ..s3_rag import search\n    import practice_provider.core\n"
    source += "from stages import s4_system_design\n"
    found = set(imports(source, "stages.s2_llms.chat", False))
    assert {"stages.s3_rag", "practice_provider.core", "stages.s4_system_design"} <= found
