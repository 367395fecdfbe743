r"""The file in which one exchange with a vendor is kept: plain text, made to be read and to diff well.

    practice-cassette 1
    {"vendor": "openai", "method": "POST", "path": "/v1/chat/completions", "query": "", "status": 200}
    == request
    { … the body as JSON, a field a line … }
    == headers
    content-type: text/event-stream
    == frame +312 ms
    data: {"id": …}

    == end +4 ms

A line of the content that would look like one of ours gets a backslash in front. Long base64 is kept beside the file,
in `aside/`, under its hash. A file without its end was not written by us, or was cut: it is refused, with the line.
Why a file is written beside and then renamed: https://man7.org/linux/man-pages/man2/rename.2.html
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TITLE = "practice-cassette 1"
SUFFIX = ".cassette"
LONG = 2_000  # characters of base64 that are kept aside
_MARK = re.compile(r"== (request|headers|frame|aside|end)(?: \+([0-9.]+) ms)?(?: (crlf|[0-9a-f]{64}))?")
_BASE64 = re.compile(r"(data:[\w.+/-]+;base64,)?([A-Za-z0-9+/_-]{1000,}={0,2})")
_ASIDE = re.compile(r"aside:([0-9a-f]{64})")


class BadCassette(Exception):
    """A file is no cassette; the message names it, the line and the reason."""


@dataclass(frozen=True)
class Taken:
    """One exchange. `frames` are the pieces of the body, each with the milliseconds that passed before it."""

    vendor: str
    method: str
    path: str
    query: str
    request: Any  # the body's JSON, or None
    status: int
    headers: Mapping[str, str]
    frames: tuple[tuple[float, bytes], ...]
    end_ms: float = 0.0
    file: str = ""


# ---- write -----------------------------------------------------------------------------------------------------


Asides = MutableMapping[str, bytes]  # what is kept beside the file, by its hash


def text_of(taken: Taken, aside: Asides) -> str:
    """Give the file's text; what belongs beside it is put into `aside`."""
    names = ("vendor", "method", "path", "query", "status")
    head = json.dumps({name: getattr(taken, name) for name in names}, ensure_ascii=False)
    request = json.dumps(_put_aside(taken.request, aside), indent=2, ensure_ascii=False)
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(taken.headers.items()))
    frames = "\n".join(_written(delay_ms, data, aside) for delay_ms, data in taken.frames)
    parts = [TITLE, head, "== request", _escaped(request), "== headers", _escaped(headers)]
    return "\n".join([*parts, *([frames] if frames else []), f"== end +{taken.end_ms:g} ms", ""])


def save(text: str, aside: Asides, file: Path) -> None:
    """Write a file and what belongs beside it, each as a whole or not at all: a crash leaves no half of one."""
    for digest, data in aside.items():
        if not (beside := file.parent / "aside" / digest).exists():
            beside.parent.mkdir(exist_ok=True)
            _write_whole(data, beside)
    _write_whole(text.encode(), file)


def _write_whole(data: bytes, file: Path) -> None:
    part = file.with_name(f"{file.name}.part")
    with part.open("wb") as output:
        output.write(data)
        output.flush()
        os.fsync(output.fileno())
    part.replace(file)


def _written(delay_ms: float, data: bytes, aside: Asides) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return f"== aside +{delay_ms:g} ms {_keep(data, aside)}"
    pretty = _pretty(text, aside)
    if "\r" not in pretty:
        return f"== frame +{delay_ms:g} ms\n{_escaped(pretty)}"
    plain = pretty.replace("\r\n", "\n")
    if "\r" in plain or plain.replace("\n", "\r\n") != pretty:  # it mixes ends of lines: keep the bytes
        return f"== aside +{delay_ms:g} ms {_keep(data, aside)}"
    return f"== frame +{delay_ms:g} ms crlf\n{_escaped(plain)}"


def _pretty(text: str, aside: Asides) -> str:
    """Write a JSON object a field a line; leave everything else as it is."""
    if not text.startswith("{"):
        return text
    try:
        return json.dumps(_put_aside(json.loads(text), aside), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _escaped(text: str) -> str:
    return "\n".join("\\" + line if line.startswith(("== ", "\\")) else line for line in text.split("\n"))


def _put_aside(value: Any, aside: Asides) -> Any:
    match value:
        case dict():
            return {name: _put_aside(item, aside) for name, item in value.items()}
        case list():
            return [_put_aside(item, aside) for item in value]
        case str() if len(value) >= LONG and (found := _BASE64.fullmatch(value)):
            return (found[1] or "") + f"aside:{_keep(found[2].encode(), aside)}"
        case _:
            return value


def _keep(data: bytes, aside: Asides) -> str:
    digest = hashlib.sha256(data).hexdigest()
    aside[digest] = data
    return digest


# ---- read ------------------------------------------------------------------------------------------------------


def read(file: Path) -> Taken:
    """Read a cassette.

    Raises:
        BadCassette: it is none, with the line and the reason.
    """
    reader = _Reader(file)
    try:
        return reader.taken()
    except (OSError, KeyError, ValueError, TypeError, StopIteration) as problem:
        reason = f"{type(problem).__name__}: {problem}" if str(problem) else "the file ends too early"
        raise BadCassette(f"{file}, line {reader.line}: {reason}") from problem


class _Reader:
    def __init__(self, file: Path) -> None:
        self.file, self.line = file, 0
        self._aside = file.parent / "aside"

    def taken(self) -> Taken:
        lines = self.file.read_text("utf-8").split("\n")
        self.line = 1
        if lines[0] != TITLE:
            raise ValueError(f"{lines[0][:40]!r} is not {TITLE!r}")
        self.line = 2
        head = json.loads(lines[1])
        sections = [*self._sections(lines)]
        if not sections or sections[-1][0][1] != "end":
            raise ValueError("the line '== end' is missing: the file was cut")
        frames, request, headers, end_ms = [], None, {}, 0.0
        for mark, at, text in sections:
            self.line = at
            delay_ms = float(mark[2] or 0)
            match mark[1]:
                case "request":
                    request = self._filled(json.loads(text))
                case "headers":
                    headers = dict(line.split(": ", 1) for line in text.splitlines())
                case "frame":
                    frames.append((delay_ms, self._body(text.replace("\n", "\r\n") if mark[3] else text)))
                case "aside":
                    frames.append((delay_ms, (self._aside / (mark[3] or "")).read_bytes()))
                case _:
                    end_ms = delay_ms
        vendor, method, path, query = (str(head[name]) for name in ("vendor", "method", "path", "query"))
        status, name = int(head["status"]), self.file.name
        return Taken(vendor, method, path, query, request, status, headers, tuple(frames), end_ms, name)

    def _sections(self, lines: list[str]) -> Iterator[tuple[re.Match[str], int, str]]:
        """Give each section: its mark, the number of its line, and its text."""
        mark, at, content = None, 0, []
        for number, line in enumerate(lines[2:], start=3):
            self.line = number
            if not line.startswith("== "):
                content.append(line.removeprefix("\\"))
                continue
            if mark is not None:
                yield mark, at, "\n".join(content)
            mark, at, content = _MARK.fullmatch(line), number, []
            if mark is None:
                raise ValueError(f"{line[:60]!r} is no mark that we know")
        if mark is not None:
            yield mark, at, ""

    def _body(self, text: str) -> bytes:
        """A JSON body as vendors send it: in one line."""
        if text.startswith("{"):
            try:
                return json.dumps(self._filled(json.loads(text)), ensure_ascii=False, separators=(",", ":")).encode()
            except ValueError:
                pass
        return text.encode()

    def _filled(self, value: Any) -> Any:
        match value:
            case dict():
                return {name: self._filled(item) for name, item in value.items()}
            case list():
                return [self._filled(item) for item in value]
            case str() if "aside:" in value and (found := _ASIDE.search(value)):
                return value[: found.start()] + (self._aside / found[1]).read_text("ascii")
            case _:
                return value
