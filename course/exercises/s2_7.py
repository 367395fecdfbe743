"""The exercises of lesson s2.7, "Structured outputs": sort answers, design a form, check a number, hand over."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ValidationError

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from course.begun import Lesson
    from stages.s2_llms.practice import Entry


class Note(BaseModel):
    """What the checks ask for: two fields of a ticket."""

    order_id: str | None
    urgency: Literal["low", "normal", "high"]


FITS = '{"order_id": "BL-10482", "urgency": "high"}'
ANSWERS: tuple[tuple[str, str, Literal["end", "length", "refusal"], str], ...] = (
    ("An answer that fits", FITS, "end", "use"),
    ("Half an object, and stop is 'length'", '{"order_id": "BL-10', "length", "more room"),
    ("An object that closes in time, and stop is 'length'", FITS, "length", "more room"),
    ("A sentence, and stop is 'refusal'", "I can't help with that.", "refusal", "person"),
    ("Half an object, and stop is 'end'", '{"order_id": "BL-10', "end", "ask again"),
    ("JSON with an urgency that is not in the list", '{"order_id": null, "urgency": "URGENT!"}', "end", "ask again"),
)


def _check_sort(sort_out: Callable[[Any, type[BaseModel]], str], lesson: "Lesson") -> None:
    from stages.s2_llms.chat import Answer

    for what, text, stop, expected in ANSWERS:
        answer = Answer(text, "practice", stop, tokens_in=90, tokens_out=20, first_words_s=0.1, seconds=0.2)
        seen = sort_out(answer, Note)
        expect(seen == expected, f"{what}: expected {expected!r}, saw {shorten(seen)}.")


sort_answers = Exercise(
    id="sort-answers",
    title="Exercise 1: what to do with an answer",
    task="Write `sort_out(answer, model)`. `answer` is an `Answer` with `.text` and `.stop`, `model` a pydantic class. "
    "Return 'use' if the text fits the class, 'more room' if it was cut off, 'person' if the model refused, else "
    "'ask again'.",
    name="sort_out",
    check=_check_sort,
    starter='''
def sort_out(answer, model):
    """Return 'use', 'more room', 'person' or 'ask again'."""
    ...
''',
    hints=(
        "Look at `answer.stop` first: 'length' and 'refusal' decide alone, whatever the text looks like.",
        "`model.model_validate_json(answer.text)` raises a `pydantic.ValidationError` for bad JSON and for bad values.",
    ),
    solution='''
from pydantic import ValidationError

def sort_out(answer, model):
    """Return 'use', 'more room', 'person' or 'ask again'."""
    if answer.stop in ("length", "refusal"):
        return {"length": "more room", "refusal": "person"}[answer.stop]
    try:
        model.model_validate_json(answer.text)
    except ValidationError:
        return "ask again"
    return "use"
''',
    alternative='''
import json
from stages.s2_llms.schema import problems, schema_of

def sort_out(answer, model):
    """With the JSON schema in place of the class."""
    if answer.stop == "length":
        return "more room"
    if answer.stop == "refusal":
        return "person"
    try:
        wrong = problems(json.loads(answer.text), schema_of(model))
    except ValueError:
        return "ask again"
    return "ask again" if wrong else "use"
''',
    wrong=(
        Wrong(
            """
from pydantic import ValidationError

def sort_out(answer, model):
    try:
        model.model_validate_json(answer.text)
        return "use"
    except ValidationError:
        return "ask again"
""",
            "Half an object, and stop is 'length': expected 'more room', saw 'ask again'",
        ),
        Wrong(
            """
from pydantic import ValidationError

def sort_out(answer, model):
    try:
        model.model_validate_json(answer.text)
        return "use"
    except ValidationError:
        return {"length": "more room", "refusal": "person"}.get(answer.stop, "ask again")
""",
            "An object that closes in time, and stop is 'length'",
        ),
        Wrong(
            """
import json

def sort_out(answer, model):
    if answer.stop in ("length", "refusal"):
        return {"length": "more room", "refusal": "person"}[answer.stop]
    try:
        json.loads(answer.text)
    except ValueError:
        return "ask again"
    return "use"
""",
            "JSON with an urgency that is not in the list: expected 'ask again', saw 'use'",
        ),
        Wrong(
            """
from pydantic import ValidationError

def sort_out(answer, model):
    if answer.stop == "length":
        return "more room"
    try:
        model.model_validate_json(answer.text)
    except ValidationError:
        return "ask again"
    return "use"
""",
            "A sentence, and stop is 'refusal': expected 'person', saw 'ask again'",
        ),
    ),
    praise="Four endings, four ways on. Programs that know only two of them fail on the other two, at night.",
)


CALLS = (
    ("Caller has order BL-10482. The machine drips, she wants it repaired. Please ring her back.", "BL-10482"),
    ("Caller asks what a repair costs after the warranty. No order at hand. No need to ring back.", None),
)


def _check_form(form: Callable[[], type[BaseModel]], lesson: "Lesson") -> None:
    from stages.s2_llms.chat import Chat, Message

    model = form()
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise Incorrect(f"Expected a pydantic class, saw {shorten(model)} ({type(model).__name__}).")
    fields = model.model_json_schema().get("properties", {})
    expect(
        set(fields) == {"order_id", "topic", "call_back"},
        f"Expected the fields order_id, topic and call_back, saw {', '.join(fields) or 'none'}.",
    )
    good = {"order_id": "BL-10482", "topic": "repair", "call_back": True}
    _must(model, good, takes=True, why="it is a good note")
    _must(model, good | {"order_id": None}, takes=True, why="a caller without an order must not need an invented one")
    _must(model, good | {"topic": "coffee, mostly"}, takes=False, why="no program can route a topic of its own words")
    _must(model, good | {"order_id": "the blue one"}, takes=False, why="that is no order number")
    mute = [name for name, part in fields.items() if not _described(part, model)]
    expect(not mute, f"No description: {', '.join(mute)}. The model reads them, and it has never worked at Brewline.")
    chat = Chat(lesson.providers["openai"], model=lesson.small_models["openai"], timeout_s=20)
    for note, order in CALLS:
        with requests_during(lesson):
            filled = chat.parse([Message("user", note)], model, system="Fill in the form from the agent's note.")
        seen = filled.model_dump()["order_id"]
        expect(seen == order, f"{note!r}: expected the order {order}, saw {shorten(seen)}.")


def _must(model: type[BaseModel], values: Mapping[str, Any], *, takes: bool, why: str) -> None:
    try:
        model.model_validate(dict(values))
        taken = True
    except ValidationError:
        taken = False
    expect(taken == takes, f"The form {'refuses' if takes else 'takes'} {shorten(dict(values))}, and {why}.")


def _described(part: Mapping[str, Any], model: type[BaseModel]) -> bool:
    """A description of the field itself, or of the definition that it refers to."""
    name = str(part.get("$ref", "")).rpartition("/")[2]
    return bool(part.get("description") or model.model_json_schema().get("$defs", {}).get(name, {}).get("description"))


own_form = Exercise(
    id="own-form",
    title="Exercise 2: a form for phone notes",
    task="Write `form()`: it returns a pydantic class with three fields. `order_id` is BL- and five digits, or null; "
    "`topic` is one of repair, order, other; `call_back` is true or false. Each has a description for the model.",
    name="form",
    check=_check_form,
    starter='''
def form():
    """Return the pydantic class for a phone note."""
    ...
''',
    hints=(
        "Define the class inside the function and return the class itself, not an object of it.",
        "`order_id: str | None = Field(pattern=r'^BL-\\d{5}$', description='…')`",
        "A closed list is `Literal['repair', 'order', 'other']`, from `typing`.",
    ),
    solution='''
from typing import Literal
from pydantic import BaseModel, Field

def form():
    """Return the pydantic class for a phone note."""
    class PhoneNote(BaseModel):
        order_id: str | None = Field(pattern=r"^BL-\\d{5}$", description="The order, as BL-10482; null if not given.")
        topic: Literal["repair", "order", "other"] = Field(description="What the call is about.")
        call_back: bool = Field(description="True if the agent asks somebody to ring the caller.")
    return PhoneNote
''',
    alternative='''
from enum import Enum
from typing import Annotated, Optional
from pydantic import BaseModel, Field, StringConstraints

class Topic(Enum):
    """What the call is about."""
    REPAIR = "repair"
    ORDER = "order"
    OTHER = "other"

def form():
    """With an Enum for the closed list."""
    class PhoneNote(BaseModel):
        order_id: Optional[Annotated[str, StringConstraints(pattern=r"^BL-\\d{5}$")]] = Field(description="The order.")
        topic: Topic
        call_back: bool = Field(description="Does somebody have to ring?")
    return PhoneNote
''',
    wrong=(
        Wrong(
            """
from typing import Literal
from pydantic import BaseModel, Field

def form():
    class PhoneNote(BaseModel):
        order_id: str = Field(description="The order number.")
        topic: Literal["repair", "order", "other"] = Field(description="What the call is about.")
        call_back: bool = Field(description="Ring the caller?")
    return PhoneNote
""",
            "a caller without an order must not need an invented one",
        ),
        Wrong(
            """
from pydantic import BaseModel, Field

def form():
    class PhoneNote(BaseModel):
        order_id: str | None = Field(pattern=r"^BL-\\d{5}$", description="The order number.")
        topic: str = Field(description="One of repair, order, other.")
        call_back: bool = Field(description="Ring the caller?")
    return PhoneNote
""",
            "no program can route a topic of its own words",
        ),
        Wrong(
            """
from typing import Literal
from pydantic import BaseModel, Field

def form():
    class PhoneNote(BaseModel):
        order_id: str | None = Field(description="The order number, BL- and five digits.")
        topic: Literal["repair", "order", "other"] = Field(description="What the call is about.")
        call_back: bool = Field(description="Ring the caller?")
    return PhoneNote
""",
            "that is no order number",
        ),
        Wrong(
            """
from typing import Literal
from pydantic import BaseModel, Field

def form():
    class PhoneNote(BaseModel):
        order_id: str | None = Field(pattern=r"^BL-\\d{5}$", description="The order number.")
        topic: Literal["repair", "order", "other"]
        call_back: bool
    return PhoneNote
""",
            "No description: topic, call_back",
        ),
        Wrong(
            """
def form():
    return {"order_id": "BL-10482", "topic": "repair", "call_back": True}
""",
            "Expected a pydantic class",
        ),
    ),
    praise='A place for "not said", closed lists, a pattern and a word of explanation: that is most of schema design.',
)


TICKET = "Hi, my order bl 10482 has not come. The old machine was BO-2407-\n00655, if that helps. It said EO7 once."
ROWS: tuple[tuple[dict[str, str | None], list[str]], ...] = (
    ({"order_id": "BL-99999", "serial_number": "BO-2407-00655"}, ["order_id"]),
    ({"order_id": "BL-10482", "serial_number": "BO-2407-00999"}, ["serial_number"]),
    ({"order_id": "BL-55555", "serial_number": "BD-1111-11111"}, ["order_id", "serial_number"]),
    ({"order_id": None, "serial_number": None}, []),
    ({"order_id": "BL-10482", "serial_number": "BO-2407-00655"}, []),
)


def _check_invented(invented: Callable[[dict[str, str | None], str], list[str]], lesson: "Lesson") -> None:
    for row, expected in ROWS:
        seen = invented(dict(row), TICKET)
        if not isinstance(seen, list):
            raise Incorrect(f"Expected a list of names, saw {shorten(seen)} ({type(seen).__name__}).")
        nothing = expected == [] and row["order_id"] is None
        why = (
            " None claims nothing."
            if nothing
            else " The ticket says 'bl 10482' and breaks a line."
            if not expected
            else ""
        )
        expect(sorted(seen) == expected, f"{row}: expected {expected}, saw {shorten(seen)}.{why}")


stands_there = Exercise(
    id="stands-there",
    title="Exercise 3: numbers that nobody wrote",
    task="Write `invented(row, ticket)`: the names of the fields in the dict `row` whose value does not stand in the "
    "ticket's text. None is never invented. Customers write BL-10482 as 'bl 10482' and break lines: capitals, spaces "
    "and hyphens must not matter.",
    name="invented",
    check=_check_invented,
    starter='''
def invented(row, ticket):
    """Return the names of the fields whose value is not in the ticket."""
    ...
''',
    hints=(
        "Bring both sides into one plain form first: a small function for that, used for the ticket and each value.",
        "`re.sub(r'[\\s-]', '', text).upper()` takes out white space and hyphens.",
    ),
    solution='''
import re

def plain(text):
    return re.sub(r"[\\s-]", "", text).upper()

def invented(row, ticket):
    """Return the names of the fields whose value is not in the ticket."""
    said = plain(ticket)
    return [name for name, value in row.items() if value is not None and plain(value) not in said]
''',
    alternative='''
def invented(row, ticket):
    """Letters and digits only."""
    def plain(text):
        return "".join(letter for letter in text.casefold() if letter.isalnum())
    missing = []
    for name, value in row.items():
        if value and plain(value) not in plain(ticket):
            missing.append(name)
    return missing
''',
    wrong=(
        Wrong(
            """
def invented(row, ticket):
    return [name for name, value in row.items() if value is not None and value not in ticket]
""",
            "expected ['order_id'], saw ['order_id', 'serial_number']",
        ),
        Wrong(
            """
import re

def invented(row, ticket):
    said = re.sub(r"[\\s-]", "", ticket).upper()
    return [name for name, value in row.items() if re.sub(r"[\\s-]", "", str(value)).upper() not in said]
""",
            "None claims nothing",
        ),
        Wrong(
            """
import re

def invented(row, ticket):
    said = re.sub(r"[\\s-]", "", ticket).upper()
    return any(v is not None and re.sub(r"[\\s-]", "", v).upper() not in said for v in row.values())
""",
            "Expected a list of names",
        ),
        Wrong(
            """
import re

def invented(row, ticket):
    said = re.sub(r"[\\s-]", "", ticket).upper()
    number = row["order_id"]
    return ["order_id"] if number and re.sub(r"[\\s-]", "", number) not in said else []
""",
            "expected ['serial_number'], saw []",
        ),
    ),
    praise="Nine lines against the dearest kind of error: a number that looks right and belongs to somebody else.",
)


def _room(entry: "Entry") -> int:
    return int(entry.body.get("max_completion_tokens") or entry.body.get("max_tokens") or 0)


def _check_fill(fill: Callable[..., Any], lesson: "Lesson") -> None:
    from stages.s2_llms.chat import Chat
    from stages.s2_llms.errors import UnusableAnswer

    chat = Chat(lesson.providers["openai"], model=lesson.small_models["openai"], timeout_s=20)

    def tried(kind: str = "", count: int = 1) -> "tuple[Any, list[Entry]]":
        with requests_during(lesson) as sent:
            if kind:
                lesson.control.order(kind, count=count)
            try:
                return fill(chat, Note, "My order BL-10482 is late."), sent
            except UnusableAnswer as error:
                return error, sent

    seen, sent = tried()
    expect(isinstance(seen, Note), f"A calm day: expected a Note, saw {shorten(seen)}.")
    expect(len(sent) == 1, f"A calm day: expected one request, saw {len(sent)}.")
    seen, sent = tried("refusal", 9)
    expect(seen is None, f"A refusal: expected None, so that a person takes the ticket, saw {shorten(seen)}.")
    expect(len(sent) == 1, f"A refusal: expected one request, saw {len(sent)}. Asking again is begging.")
    seen, sent = tried("invalid_json")
    expect(isinstance(seen, Note), f"Broken JSON once: expected a Note in the end, saw {shorten(seen)}.")
    told = re.search(
        r"wrong|not fit|error|invalid|cannot be read|not JSON", str(sent[1].body["messages"]), re.IGNORECASE
    )
    expect(told, "Broken JSON once: the second request does not say what was wrong with the first answer.")
    seen, sent = tried("invalid_json", 50)
    expect(seen is None, f"Broken JSON each time: expected None, saw {shorten(seen)}.")
    expect(len(sent) == 3, f"Broken JSON each time: expected 3 requests, saw {len(sent)}.")
    seen, sent = tried("truncated")
    expect(isinstance(seen, Note), f"Cut off once: expected a Note in the end, saw {shorten(seen)}.")
    rooms = [_room(entry) for entry in sent]
    expect(rooms[-1] > rooms[0], f"Cut off once: expected more max_tokens in the second request, saw {rooms}.")


hand_over = Exercise(
    id="hand-over",
    title="Exercise 4: build it, with an end",
    task="Write `fill(chat, model, ticket)`. It returns an object of the pydantic class `model`, or None when a person "
    "has to take the ticket: after a refusal (one request), or after three answers that do not fit. After a cut it "
    "asks again with more room. It raises no `UnusableAnswer`.",
    name="fill",
    check=_check_fill,
    starter='''
def fill(chat, model, ticket):
    """Return a filled form, or None when a person has to take the ticket."""
    ...
''',
    hints=(
        "`chat.parse([Message('user', ticket)], model, max_tokens=…)` asks up to three times and tells the reasons.",
        "`for room in (200, 800):` and inside it `try: return chat.parse(…, max_tokens=room)`.",
        "Import AnswerInvalid, AnswerRefused and AnswerTruncated from stages.s2_llms.errors: one of them goes on.",
    ),
    solution='''
from stages.s2_llms.chat import Message
from stages.s2_llms.errors import AnswerInvalid, AnswerRefused, AnswerTruncated

def fill(chat, model, ticket):
    """Return a filled form, or None when a person has to take the ticket."""
    for room in (200, 800):
        try:
            return chat.parse([Message("user", ticket)], model, max_tokens=room)
        except AnswerTruncated:
            continue
        except (AnswerRefused, AnswerInvalid):
            return None
    return None
''',
    alternative='''
from pydantic import ValidationError
from stages.s2_llms.chat import Message
from stages.s2_llms.schema import reasons, schema_of

def fill(chat, model, ticket):
    """By hand, three answers in all."""
    rules, room = "Fill in the form.", 200
    for _ in range(3):
        answer = chat.reply([Message("user", ticket)], system=rules, schema=schema_of(model), max_tokens=room)
        if answer.stop == "refusal":
            return None
        if answer.stop == "length":
            room *= 4
            continue
        try:
            return model.model_validate_json(answer.text)
        except ValidationError as error:
            rules = f"Fill in the form. Your last answer was wrong: {reasons(error)}"
    return None
''',
    wrong=(
        Wrong(
            """
from stages.s2_llms.chat import Message

def fill(chat, model, ticket):
    return chat.parse([Message("user", ticket)], model)
""",
            "A refusal: expected None, so that a person takes the ticket",
        ),
        Wrong(
            """
from stages.s2_llms.chat import Message
from stages.s2_llms.errors import UnusableAnswer

def fill(chat, model, ticket):
    for _ in range(3):
        try:
            return chat.parse([Message("user", ticket)], model)
        except UnusableAnswer:
            pass
""",
            "Asking again is begging",
        ),
        Wrong(
            """
from stages.s2_llms.chat import Message
from stages.s2_llms.errors import UnusableAnswer

def fill(chat, model, ticket):
    try:
        return chat.parse([Message("user", ticket)], model)
    except UnusableAnswer:
        return None
""",
            "Cut off once: expected a Note in the end, saw None",
        ),
        Wrong(
            """
from pydantic import ValidationError
from stages.s2_llms.chat import Message
from stages.s2_llms.schema import schema_of

def fill(chat, model, ticket):
    for _ in range(3):
        answer = chat.reply([Message("user", ticket)], schema=schema_of(model))
        if answer.stop == "refusal":
            return None
        try:
            return model.model_validate_json(answer.text)
        except ValidationError:
            pass
""",
            "the second request does not say what was wrong",
        ),
        Wrong(
            """
from stages.s2_llms.chat import Message
from stages.s2_llms.errors import AnswerInvalid, AnswerRefused, AnswerTruncated

def fill(chat, model, ticket):
    while True:
        try:
            return chat.parse([Message("user", ticket)], model, tries=10)
        except AnswerTruncated:
            pass
        except (AnswerRefused, AnswerInvalid):
            return None
""",
            "expected 3 requests, saw 10",
        ),
        Wrong(
            """
from stages.s2_llms.chat import Message
from stages.s2_llms.errors import AnswerInvalid, AnswerRefused, AnswerTruncated

def fill(chat, model, ticket):
    for _ in range(2):
        try:
            return chat.parse([Message("user", ticket)], model)
        except AnswerTruncated:
            pass
        except (AnswerRefused, AnswerInvalid):
            return None
""",
            "expected more max_tokens in the second request",
        ),
    ),
    praise="Every ticket ends somewhere: in the table, or on a desk. None of them ends in a traceback.",
)


quiz = Quiz(
    (
        Question(
            "What does JSON mode promise?",
            (
                "that the answer has the fields that you named",
                "that the values are right",
                "that the answer is valid JSON, if it is not cut off",
            ),
            answer="c",
            why="It is a promise about commas and brackets. Names and values are still the model's own.",
            nudge="Think of the table: what did JSON mode change, and what not?",
        ),
        Question(
            "An answer ends with stop reason 'length' and happens to parse. What do you do?",
            ("use it: it parses", "ask again with more room", "repair it and use it"),
            answer="b",
            why="It may have lost list items or a field that was still to come, and nobody would ever know.",
            nudge="What may have come after the cut?",
        ),
        Question(
            "A field is required and the ticket says nothing about it. What will a model tend to do?",
            ("leave the field out", "raise an error", "put something in"),
            answer="c",
            why="The schema leaves no other way. Give it null, and it can say that nothing is there.",
            nudge="Under a schema the model cannot leave the form. What is left for it?",
        ),
        Question(
            "A native schema holds on all tickets. What do you know about the values?",
            (
                "that they stand in the ticket",
                "their form and nothing else",
                "that they are right at least as often as in prose",
            ),
            answer="b",
            why="Form is enforced while the answer is written. Truth needs labels, checks and people.",
            nudge="Look at the table of field accuracy again.",
        ),
        Question(
            "Why does the verdict belong after the evidence in a schema?",
            (
                "because an answer is written from left to right, and what is written first is what the rest stands on",
                "because JSON sorts its keys",
                "because it costs fewer tokens",
            ),
            answer="a",
            why="A reason that comes after the verdict can only defend it.",
            nudge="In which order are the tokens of the answer made?",
        ),
    )
)

EXERCISES = (sort_answers, own_form, stands_there, hand_over, quiz)
