"""Read untrusted JSON: a value that knows where in the body it stands, and complains in the vendor's words.

A `Node` is handed down from field to field, so that every complaint can name its place (`messages.0.content`) without
any caller keeping track of it. A vendor's dialect is a subclass that says how a place is written and how it complains.
It is not a schema language: each wire says with plain calls which fields it reads.

Source: https://docs.pydantic.dev/latest/errors/validation_errors/ has the same idea, an error with its `loc`.
"""

import base64
import binascii
import math
from collections.abc import Collection, Mapping
from typing import Any, Literal, Self

from ..core import Fault

Kind = Literal["string", "integer", "number", "boolean", "list", "object", "bytes"]

MAX_DEPTH = 64  # deeper JSON is refused: every later step may then recurse without a thought
_URL_SAFE = str.maketrans("-_", "+/")


class Node:
    """One value of a request's body and the place where it was found."""

    def __init__(self, value: Any, path: str = "") -> None:
        self.value, self.path = value, path

    # ---- what a vendor's dialect says -------------------------------------------------------------------------

    def place(self, step: str | int) -> str:
        """The path of the field or item `step` of this value."""
        raise NotImplementedError

    def spellings(self, name: str) -> tuple[str, ...]:
        """All names under which a client may send the field `name`."""
        return (name,)

    def canonical(self, spelling: str) -> str:
        """The name of the field that a client spelled so."""
        return spelling

    def fault(self, words: str) -> Fault:
        """A complaint about this value."""
        raise NotImplementedError

    def missing(self) -> Fault:
        """The complaint that this value had to be there."""
        raise NotImplementedError

    def unknown(self) -> Fault:
        """The complaint that nobody knows this field."""
        raise NotImplementedError

    def wrong(self, kind: Kind) -> Fault:
        """The complaint that this value is not of the wanted kind."""
        raise NotImplementedError

    # ---- what a wire calls ------------------------------------------------------------------------------------

    def get(self, name: str) -> Self | None:
        """The field `name`, or None where it is absent or null."""
        fields = self.object()
        for spelling in self.spellings(name):
            if fields.get(spelling) is not None:
                return type(self)(fields[spelling], self.place(name))
        return None

    def need(self, name: str) -> Self:
        """The field `name`; absent or null is a complaint."""
        found = self.get(name)
        if found is None:
            raise type(self)(None, self.place(name)).missing()
        return found

    def only(self, names: Collection[str]) -> Self:
        """This object, once it is sure that it has no fields but these."""
        for spelling in self.object():
            if self.canonical(spelling) not in names:
                raise type(self)(None, self.place(spelling)).unknown()
        return self

    def items(self) -> list[Self]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("list")
        return [type(self)(item, self.place(index)) for index, item in enumerate(self.value)]

    def object(self) -> Mapping[str, Any]:
        """The fields of an object."""
        if not isinstance(self.value, Mapping):
            raise self.wrong("object")
        return self.value

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            raise self.wrong("string")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("boolean")
        return self.value

    def integer(self) -> int:
        """A whole number; 4.0 is one."""
        whole = isinstance(self.value, int) or (isinstance(self.value, float) and self.value.is_integer())
        if isinstance(self.value, bool) or not whole:
            raise self.wrong("integer")
        return int(self.value)

    def number(self) -> float:
        """A number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.wrong("number")
        if abs(self.value) > 1e300:  # an integer of JSON may be larger than any float
            raise self.wrong("number")
        return float(self.value)

    def blob(self) -> bytes:
        """Bytes sent as base64, in the usual alphabet or in the one for URLs."""
        try:
            return base64.b64decode(self.text().translate(_URL_SAFE), validate=True)
        except (binascii.Error, ValueError) as problem:
            raise self.wrong("bytes") from problem


def check_sound(body: Any) -> None:
    """Refuse what JSON allows and nothing behind us can carry: endless nesting, half characters, NaN.

    Raises:
        Fault: "bad_request".
    """
    waiting = [(body, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise Fault("bad_request", f"The body has the number {value}, which is not JSON. Send a finite number.")
        elif isinstance(value, Mapping | list):
            if depth > MAX_DEPTH:
                raise Fault("bad_request", f"The body is nested deeper than {MAX_DEPTH} levels. Send a flatter one.")
            inner = value if isinstance(value, list) else [*value, *value.values()]
            waiting.extend((item, depth + 1) for item in inner)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        half = f"\\u{ord(text[problem.start]):04x}"
        raise Fault("bad_request", f"The body has the half character {half}: no UTF-8 text can hold it.") from problem
