"""The stage stays readable: its README names every module, in an order in which they can be read."""

import re

from ..s2_llms.test_layer import STAGE as STAGE_2
from ..s2_llms.test_layer import code_lines

STAGE = STAGE_2.with_name("s3_rag")
README = (STAGE / "README.md").read_text("utf-8")
LISTED = re.findall(r"^\| `([\w/]+\.py)` \|", README, re.MULTILINE)
MOST = 1_200


def test_the_readme_names_every_module() -> None:
    assert sorted(LISTED) == sorted(
        path.name for path in STAGE.glob("*.py") if path.name not in {"__init__.py", "app.py"}
    )


def test_a_module_uses_only_those_that_come_before_it() -> None:
    for place, name in enumerate(LISTED):
        text = (STAGE / name).read_text("utf-8")
        used = {f"{one}.py" for one in re.findall(r"^from \.(\w+) import", text, re.MULTILINE)}
        for line in re.findall(r"^from \. import (.+)", text, re.MULTILINE):
            used |= {f"{one.strip()}.py" for one in line.split(",")}
        assert used <= set(LISTED[:place]), name


def test_the_stage_can_be_read_in_one_sitting() -> None:
    mine = LISTED[: LISTED.index("lookup.py")]  # the search; what follows is Brewline's side, for the lessons
    counted = {name: code_lines((STAGE / name).read_text("utf-8")) for name in mine}
    assert sum(counted.values()) <= MOST, counted
