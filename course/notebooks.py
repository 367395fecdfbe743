"""Notebooks as files: one normal form, so that a diff shows what an author changed and nothing else.

`normalise` takes out what changes from run to run or from machine to machine (counters, timings, ids, versions, paths,
picture metadata) and never touches a word of the author's. It does not run anything: see `course.execution`.
Format: https://nbformat.readthedocs.io/en/latest/format_description.html
"""

import base64
import copy
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stages.s2_llms.errors import CourseError

from .paths import REPOSITORY, shown

Notebook = dict[str, Any]
Cell = dict[str, Any]
Output = dict[str, Any]

KEPT_IN_NOTEBOOK = ("course",)
KEPT_IN_CELL = ("course", "deletable", "editable", "format", "jupyter", "raw_mimetype", "slideshow", "tags")
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python"}
CELL_ID = re.compile(r"c[0-9]{3,}")

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_REMARKS = {b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"}  # software, date, comments: nothing that is seen
SVG_METADATA = re.compile(r"[ \t]*<metadata>.*?</metadata>\s*?\n?", re.DOTALL)
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)  # a progress bar's earlier states
PLACE = r"(?:[~.]|[A-Za-z]:)?[/\\][^\s\x1b\"'()]*?"
INSTALLED = re.compile(PLACE + r"[/\\]site-packages[/\\]")
STANDARD_LIBRARY = re.compile(PLACE + r"[/\\]lib[/\\]python3\.\d+[/\\]")


def read(path: Path) -> Notebook:
    """The notebook in this file, brought to format 4.5.

    Raises:
        CourseError: the file is not a notebook.
    """
    import nbformat

    try:
        text = path.read_text(encoding="utf-8")
        notebook: Notebook = nbformat.convert(nbformat.reader.reads(text), 4)
        return notebook
    except OSError as exc:
        raise CourseError(f"{shown(path)} cannot be read: {exc.strerror}.") from exc
    except (ValueError, KeyError, AttributeError) as exc:  # nbformat's NotJSONError is a ValueError
        fix = "Take it back from git, or from your own copy."
        raise CourseError(f"{shown(path)} is not a notebook, or is damaged. {fix}") from exc


def write(path: Path, notebook: Notebook) -> None:
    """Write the notebook, all or nothing, with the same bytes on every system."""
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_text(text_of(notebook), encoding="utf-8", newline="\n")
    unfinished.replace(path)


def text_of(notebook: Notebook) -> str:
    """The bytes of a notebook file: indented by one, keys sorted, one newline at the end."""
    import nbformat

    text: str = nbformat.writes(nbformat.from_dict(notebook))
    return text.rstrip("\n") + "\n"


def normalise(notebook: Notebook) -> Notebook:
    """The same notebook in normal form. Doing it twice changes nothing more."""
    normal = copy.deepcopy(dict(notebook))
    normal["nbformat"], normal["nbformat_minor"] = 4, 5
    kept = {key: normal["metadata"][key] for key in KEPT_IN_NOTEBOOK if key in normal["metadata"]}
    normal["metadata"] = kept | {"kernelspec": dict(KERNELSPEC), "language_info": dict(LANGUAGE_INFO)}
    _name_cells(normal["cells"])
    _count_cells(normal["cells"])
    for cell in normal["cells"]:
        cell["metadata"] = {key: cell["metadata"][key] for key in KEPT_IN_CELL if cell["metadata"].get(key)}
        if cell["cell_type"] == "code":
            cell["outputs"] = [_normal_output(output) for output in _merge_streams(cell["outputs"])]
    return normal


def is_normal(path: Path) -> bool:
    """Is the file, byte for byte, what `write(path, normalise(read(path)))` would make of it?"""
    return path.read_bytes() == text_of(normalise(read(path))).encode("utf-8")


def machine_paths(notebook: Notebook) -> Iterator[str]:
    """A sentence for each output that names a folder of this machine: it would be different everywhere else."""
    private = [str(REPOSITORY), str(Path.home()) + "/", str(Path.home()) + "\\"]
    for cell in notebook["cells"]:
        text = str(cell.get("outputs", ""))
        for path in private:
            if path in text:
                yield f"the output of In[{cell['execution_count']}] names a folder of this machine ({path})"
                break


def without_remarks(png: bytes) -> bytes:
    """A PNG picture without the chunks that say which software made it, and when. Other bytes come back unchanged."""
    if not png.startswith(PNG_SIGNATURE):
        return png
    kept, at = [PNG_SIGNATURE], len(PNG_SIGNATURE)
    while at + 12 <= len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        chunk = png[at : at + 12 + length]
        if chunk[4:8] not in PNG_REMARKS:
            kept.append(chunk)
        at += 12 + length
    return b"".join(kept)


def _name_cells(cells: list[Cell]) -> None:
    """Cells keep an id of ours; new ones get the next free number, so that old cells never change their names."""
    taken: set[str] = set()
    unnamed: list[Cell] = []
    for cell in cells:
        if CELL_ID.fullmatch(cell.get("id", "")) and cell["id"] not in taken:
            taken.add(cell["id"])
        else:
            unnamed.append(cell)
    last = max((int(name[1:]) for name in taken), default=0)
    for number, cell in enumerate(unnamed, last + 1):
        cell["id"] = f"c{number:03}"


def _count_cells(cells: list[Cell]) -> None:
    """Number the executed cells 1, 2, 3, … A cell that never ran stays without a number."""
    executed = [c for c in cells if c["cell_type"] == "code" and c.get("execution_count") is not None]
    for number, cell in enumerate(executed, 1):
        cell["execution_count"] = number
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = number


def _merge_streams(outputs: list[Output]) -> list[Output]:
    """Neighbouring pieces of printed text become one output per stream: how they were cut is a matter of timing."""
    merged: list[Output] = []
    run: dict[str, Output] = {}
    for output in outputs:
        if output["output_type"] != "stream":
            run = {}
            merged.append(output)
        elif output["name"] in run:
            run[output["name"]]["text"] += output["text"]
        else:
            run[output["name"]] = output
            merged.append(output)
    return merged


def _normal_output(output: Output) -> Output:
    if output["output_type"] == "stream":
        output["text"] = OVERWRITTEN.sub("", output["text"])
    elif output["output_type"] == "error":
        output["traceback"] = [_without_places(line) for line in output["traceback"]]
    else:
        data = output["data"]
        data |= {kind: _NORMAL_DATA[kind](data[kind]) for kind in data.keys() & _NORMAL_DATA.keys()}
    return output


def _without_places(text: str) -> str:
    """A traceback's text without the folders of this machine."""
    text = text.replace(str(REPOSITORY), ".")
    return STANDARD_LIBRARY.sub("…/python3/", INSTALLED.sub("…/site-packages/", text))


def _normal_png(encoded: str) -> str:
    return base64.b64encode(without_remarks(base64.b64decode(encoded))).decode("ascii")


def _normal_svg(text: str) -> str:
    return SVG_METADATA.sub("", text)


_NORMAL_DATA = {"image/png": _normal_png, "image/svg+xml": _normal_svg}
