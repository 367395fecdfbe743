"""The exercises of lesson s3.5, "Vector search": the nearest, each text once, who wins, and search in two steps."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

Rows = tuple[tuple[float, ...], ...]


def _pairs(value: Any) -> list[tuple[int, float]]:
    try:
        return [(int(row), float(cosine)) for row, cosine in value]
    except (TypeError, ValueError):
        raise Incorrect(f"Expected a list of (row, cosine), saw {shorten(value)}.") from None


def _check_nearest(nearest: Callable[..., Any], lesson: "Lesson") -> None:
    import numpy as np

    cases: tuple[tuple[Rows, tuple[float, ...], int, list[tuple[int, float]], str], ...] = (
        (
            ((0, 1), (0.6, 0.8), (1, 0)),
            (1, 0),
            3,
            [(2, 1.0), (1, 0.6), (0, 0.0)],
            "the nearest comes first",
        ),
        (
            ((10, 10), (1, 0), (2, 1)),
            (1, 0),
            3,
            [(1, 1.0), (2, 0.8944), (0, 0.7071)],
            "these rows have other lengths than 1, and a longer row is no nearer",
        ),
        (((1, 0), (0, 1)), (3, 0), 2, [(0, 1.0), (1, 0.0)], "the question's length is not 1, and no cosine is above 1"),
        (((0, 1), (-1, 0)), (1, 0), 2, [(0, 0.0), (1, -1.0)], "what points the other way is the farthest of all"),
        (((0, 1), (1, 0), (1, 0)), (1, 0), 2, [(1, 1.0), (2, 1.0)], "of equally near rows the earlier one, each time"),
        (((1, 0), (0, 1)), (0, 1), 9, [(1, 1.0), (0, 0.0)], "there are fewer rows than asked for"),
    )
    for matrix, vector, k, expected, why in cases:
        seen = _pairs(nearest(np.array(matrix, float), np.array(vector, float), k))
        close = [row for row, _ in seen] == [row for row, _ in expected] and all(
            abs(a - b) < 1e-3 for (_, a), (_, b) in zip(seen, expected, strict=True)
        )
        told = [(row, round(cosine, 3)) for row, cosine in seen]
        expect(close, f"Rows {matrix}, question {vector}, k = {k}: expected {expected}, saw {told}: {why}.")


nearest = Exercise(
    id="nearest",
    title="Exercise 1: the nearest",
    task="Write `nearest(matrix, vector, k)`: a list of (row number, cosine) of the k rows nearest to the vector, "
    "nearest first; of equally near ones the earlier. Here neither the rows nor the vector need have length 1: some "
    "models give such vectors.",
    name="nearest",
    check=_check_nearest,
    starter='''
def nearest(matrix, vector, k):
    """Return [(row, cosine), …] of the k nearest rows, nearest first."""
    ...
''',
    hints=(
        "The cosine is the product, divided by both lengths. `np.linalg.norm(matrix, axis=1)` has the rows' lengths.",
        "`np.argsort(-cosines, kind='stable')[:k]` gives the rows: stable keeps the earlier of equal ones first.",
    ),
    solution='''
import numpy as np

def nearest(matrix, vector, k):
    """Return [(row, cosine), …] of the k nearest rows, nearest first."""
    lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector)
    cosines = matrix @ vector / lengths
    rows = np.argsort(-cosines, kind="stable")[:k]
    return [(int(row), float(cosines[row])) for row in rows]
''',
    alternative='''
from math import hypot

def nearest(matrix, vector, k):
    """Without numpy's help: row by row."""
    def cosine(row):
        return sum(a * b for a, b in zip(row, vector)) / (hypot(*row) * hypot(*vector))

    found = [(number, cosine(row)) for number, row in enumerate(matrix.tolist())]
    return sorted(found, key=lambda one: -one[1])[:k]
''',
    wrong=(
        Wrong(
            """
import numpy as np

def nearest(matrix, vector, k):
    cosines = matrix @ vector / np.linalg.norm(vector)
    return [(row, cosines[row]) for row in np.argsort(-cosines, kind="stable")[:k]]
""",
            "a longer row is no nearer",
        ),
        Wrong(
            """
import numpy as np

def nearest(matrix, vector, k):
    cosines = matrix @ vector / np.linalg.norm(matrix, axis=1)
    return [(row, cosines[row]) for row in np.argsort(-cosines, kind="stable")[:k]]
""",
            "no cosine is above 1",
        ),
        Wrong(
            """
import numpy as np

def nearest(matrix, vector, k):
    cosines = matrix @ vector / np.linalg.norm(matrix, axis=1) / np.linalg.norm(vector)
    return [(row, cosines[row]) for row in np.argsort(cosines)[:k]]
""",
            "the nearest comes first",
        ),
        Wrong(
            """
import numpy as np

def nearest(matrix, vector, k):
    cosines = matrix @ vector / np.linalg.norm(matrix, axis=1) / np.linalg.norm(vector)
    return [(row, cosines[row]) for row in np.argsort(-abs(cosines), kind="stable")[:k]]
""",
            "points the other way",
        ),
        Wrong(
            """
import numpy as np

def nearest(matrix, vector, k):
    cosines = matrix @ vector / np.linalg.norm(matrix, axis=1) / np.linalg.norm(vector)
    return [(row, cosines[row]) for row in np.argsort(cosines, kind="stable")[::-1][:k]]
""",
            "of equally near rows",
        ),
    ),
    praise="That is vector search. Everything that is sold beside it makes this faster, or keeps it somewhere.",
)


class _Stub:
    """An embedder that counts what it is sent; its vectors tell the text and the model. It may stop half-way."""

    def __init__(self, model: str = "one", stops_after: int | None = None) -> None:
        self.model = model
        self.sent: list[list[str]] = []
        self._stops_after = stops_after

    def __call__(self, texts: Sequence[str]) -> list[list[float]]:
        if self._stops_after is not None and len(self.sent) >= self._stops_after:
            raise ConnectionError("the line broke")
        self.sent.append(list(texts))
        return [self.vector(text) for text in texts]

    def vector(self, text: str) -> list[float]:
        return [float(sum(map(ord, text))), float(len(self.model))]


EachOnce = Callable[[Sequence[str], _Stub, dict[Any, Any], int], Any]


def _check_each_once(each_once: EachOnce, lesson: "Lesson") -> None:
    def rows(texts: list[str], embed: _Stub, memory: dict[Any, Any]) -> None:
        value = each_once(list(texts), embed, memory, 3)
        if not hasattr(value, "__len__"):
            raise Incorrect(f"Expected a list of vectors, saw {shorten(value)}.")
        expect(len(value) == len(texts), f"{texts}: expected {len(texts)} vectors, one a text, saw {len(value)}.")
        for text, row in zip(texts, value, strict=True):
            expect(list(row) == embed.vector(text), f"{texts}: the vector in the place of {text!r} is not that of it.")

    memory: dict[Any, Any] = {}
    first = _Stub()
    rows(["tank", "pump", "seal", "lead", "tray", "wand", "grip"], first, memory)
    sizes = [len(part) for part in first.sent]
    expect(
        max(sizes) <= 3, f"At most 3 texts go into one request, saw requests of {sizes}: a vendor refuses the big ones."
    )
    expect(sizes == [3, 3, 1], f"7 texts: expected requests of [3, 3, 1] texts, saw {sizes}: full ones are fewer.")
    twice = _Stub()
    rows(["cup", "mug", "cup"], twice, {})
    sent = [text for part in twice.sent for text in part]
    expect(sorted(sent) == ["cup", "mug"], f"['cup', 'mug', 'cup']: sent {sent}: who asks twice pays twice.")
    again = _Stub()
    rows(["pump", "hose", "tank"], again, memory)
    expect(again.sent == [["hose"]], f"Only 'hose' was new, and {again.sent} was sent: the memory knew the others.")
    none = _Stub()
    rows(["pump", "tank"], none, memory)
    expect(none.sent == [], f"Nothing was new, and a request with {none.sent} was made.")
    other = _Stub("another")
    rows(["pump", "tank"], other, memory)
    broken, kept = _Stub(stops_after=1), dict[Any, Any]()
    with suppress(ConnectionError):
        each_once(["a", "b", "c", "d"], broken, kept, 3)
    after = _Stub()
    rows(["a", "b", "c", "d"], after, kept)
    expect(
        after.sent == [["d"]],
        f"The line broke after the first request, with 3 of 4 texts. The next run sent {after.sent}: what was paid "
        "for belongs into the memory after each request, not at the end.",
    )


each_once = Exercise(
    id="each-once",
    title="Exercise 2: each text once",
    task="Write `each_once(texts, embed, memory, batch)`: the vectors of the texts, in their order. `embed(texts)` "
    "asks the vendor; put at most `batch` texts into one request, and only texts that `memory` (a dict of yours) does "
    "not know. `embed.model` names the model. Somebody may pull the plug between two requests.",
    name="each_once",
    check=_check_each_once,
    starter='''
def each_once(texts, embed, memory, batch):
    """Return one vector for each text; what is in memory is not sent again."""
    ...
''',
    hints=(
        "The key in the memory is (model, text): two models have two vectors for one text.",
        (
            "`new = [text for text in dict.fromkeys(texts) if (embed.model, text) not in memory]` has no text twice, "
            "and keeps the order. Then go through it in steps of `batch`, and write after each request."
        ),
    ),
    solution='''
def each_once(texts, embed, memory, batch):
    """Return one vector for each text; what is in memory is not sent again."""
    new = [text for text in dict.fromkeys(texts) if (embed.model, text) not in memory]
    for start in range(0, len(new), batch):
        part = new[start : start + batch]
        for text, vector in zip(part, embed(part)):
            memory[embed.model, text] = vector
    return [memory[embed.model, text] for text in texts]
''',
    alternative='''
from hashlib import sha256

def each_once(texts, embed, memory, batch):
    """With a memory for each model, and checksums instead of texts."""
    known = memory.setdefault(embed.model, {})
    names = {sha256(text.encode()).hexdigest(): text for text in texts}
    new = [name for name in names if name not in known]
    while new:
        part, new = new[:batch], new[batch:]
        known.update(zip(part, embed([names[name] for name in part])))
    return [known[sha256(text.encode()).hexdigest()] for text in texts]
''',
    wrong=(
        Wrong(
            """
def each_once(texts, embed, memory, batch):
    new = [text for text in dict.fromkeys(texts) if (embed.model, text) not in memory]
    if new:
        memory.update(zip([(embed.model, text) for text in new], embed(new)))
    return [memory[embed.model, text] for text in texts]
""",
            "a vendor refuses the big ones",
        ),
        Wrong(
            """
def each_once(texts, embed, memory, batch):
    new = [text for text in texts if (embed.model, text) not in memory]
    for start in range(0, len(new), batch):
        part = new[start : start + batch]
        for text, vector in zip(part, embed(part)):
            memory[embed.model, text] = vector
    return [memory[embed.model, text] for text in texts]
""",
            "who asks twice pays twice",
        ),
        Wrong(
            """
def each_once(texts, embed, memory, batch):
    new = [text for text in dict.fromkeys(texts) if text not in memory]
    for start in range(0, len(new), batch):
        part = new[start : start + batch]
        memory.update(zip(part, embed(part)))
    return [memory[text] for text in texts]
""",
            "is not that of it",
        ),
        Wrong(
            """
def each_once(texts, embed, memory, batch):
    new = [text for text in dict.fromkeys(texts) if (embed.model, text) not in memory]
    rows = []
    for start in range(0, len(new), batch):
        rows += embed(new[start : start + batch])
    memory.update({(embed.model, text): row for text, row in zip(new, rows)})
    return [memory[embed.model, text] for text in texts]
""",
            "not at the end",
        ),
        Wrong(
            """
def each_once(texts, embed, memory, batch):
    found = {}
    for text in texts:
        if (embed.model, text) not in memory:
            memory[embed.model, text] = embed([text])[0]
        found[text] = memory[embed.model, text]
    return [found[text] for text in texts]
""",
            "full ones are fewer",
        ),
        Wrong(
            """
def each_once(texts, embed, memory, batch):
    texts = list(dict.fromkeys(texts))
    new = [text for text in texts if (embed.model, text) not in memory]
    for start in range(0, len(new), batch):
        part = new[start : start + batch]
        memory.update(zip([(embed.model, text) for text in part], embed(part)))
    return [memory[embed.model, text] for text in texts]
""",
            "one a text",
        ),
    ),
    praise="A sync of a folder in which nothing changed now costs nothing. That is most syncs.",
)


_CLEAR = (0.1, 0.2, 0.0, 0.3, 0.1, 0.2, 0.1, 0.0, 0.2, 0.1)
_SPREAD = (0.0, 0.9, 0.1, 0.8, 0.0, 0.9, 0.2, 0.7, 0.1, 0.8)
_WON: Mapping[str, tuple[tuple[float, ...], tuple[float, ...], str, str]] = {
    "paraphrase": (
        _CLEAR,
        tuple(value + 0.5 for value in _CLEAR),
        "meaning",
        "meaning is far better for each single one",
    ),
    "code": (tuple(value + 0.5 for value in _CLEAR), _CLEAR, "words", "words are far better for each single one"),
    "typo": (
        (0.0, 1.0, 0.3, 0.0, 0.9, 0.5, 0.0, 1.0, 0.2, 0.4),
        (1.0, 0.0, 0.3, 0.6, 0.0, 0.7, 0.9, 0.0, 0.4, 0.9),
        "cannot tell",
        "the mean of the differences is above 0, and their interval includes 0",
    ),
    "chart": (
        _SPREAD,
        tuple(value + 0.05 + 0.01 * (place % 3) for place, value in enumerate(_SPREAD)),
        "meaning",
        "the two intervals overlap, and yet meaning is better on every single question: pair them",
    ),
}


def _check_who_wins(who_wins: Callable[..., Any], lesson: "Lesson") -> None:
    count = len(_CLEAR)
    mixed = [(words[n], meaning[n], kind) for n in range(count) for kind, (words, meaning, *_) in _WON.items()]
    words, meaning, kinds = (list(column) for column in zip(*mixed, strict=True))
    seen = who_wins(words, meaning, kinds)
    if not isinstance(seen, Mapping):
        raise Incorrect(f"Expected a dict {{kind: winner}}, saw {shorten(seen)}.")
    expect({*seen} == {*_WON}, f"Expected the kinds {sorted(_WON)}, saw {sorted(map(str, seen))}.")
    for kind, (_, _, expected, why) in _WON.items():
        expect(seen[kind] == expected, f"{kind!r}: expected {expected!r}, saw {shorten(seen[kind])}: {why}.")


who_wins = Exercise(
    id="who-wins",
    title="Exercise 3: who wins, and may one say so?",
    task="Write `who_wins(words, meaning, kinds)`. The three lists have an entry for each question: its nDCG with "
    "keywords, its nDCG with vectors, its kind. Return {kind: winner}: `'meaning'` or `'words'` where the 95 % "
    "interval of the paired difference does not include 0, and `'cannot tell'` where it does. "
    "`metrics.interval(values)` of stages.s3_rag gives (low, high).",
    name="who_wins",
    check=_check_who_wins,
    starter='''
def who_wins(words, meaning, kinds):
    """Return {kind: 'meaning', 'words' or 'cannot tell'}."""
    ...
''',
    hints=(
        "Collect, for each kind, the differences of its questions: `m - w`. Then the interval of these differences.",
        "`'meaning' if low > 0 else 'words' if high < 0 else 'cannot tell'`",
    ),
    solution='''
from stages.s3_rag.metrics import interval

def who_wins(words, meaning, kinds):
    """Return {kind: 'meaning', 'words' or 'cannot tell'}."""
    gained = {}
    for word, mean, kind in zip(words, meaning, kinds):
        gained.setdefault(kind, []).append(mean - word)
    won = {}
    for kind, values in gained.items():
        low, high = interval(values)
        won[kind] = "meaning" if low > 0 else "words" if high < 0 else "cannot tell"
    return won
''',
    alternative='''
import numpy as np
from stages.s3_rag import metrics

def who_wins(words, meaning, kinds):
    """With arrays."""
    gained, kinds = np.subtract(meaning, words), np.array(kinds)
    won = {}
    for kind in set(kinds.tolist()):
        low, high = metrics.interval(gained[kinds == kind].tolist())
        won[kind] = "cannot tell" if low <= 0 <= high else "meaning" if low > 0 else "words"
    return won
''',
    wrong=(
        Wrong(
            """
def who_wins(words, meaning, kinds):
    gained = {}
    for word, mean, kind in zip(words, meaning, kinds):
        gained[kind] = gained.get(kind, 0) + mean - word
    return {kind: "meaning" if value > 0 else "words" for kind, value in gained.items()}
""",
            "their interval includes 0",
        ),
        Wrong(
            """
from stages.s3_rag.metrics import interval

def who_wins(words, meaning, kinds):
    won = {}
    for kind in kinds:
        w = interval([value for value, one in zip(words, kinds) if one == kind])
        m = interval([value for value, one in zip(meaning, kinds) if one == kind])
        won[kind] = "meaning" if m[0] > w[1] else "words" if w[0] > m[1] else "cannot tell"
    return won
""",
            "on every single question: pair them",
        ),
        Wrong(
            """
from stages.s3_rag.metrics import interval

def who_wins(words, meaning, kinds):
    gained = {}
    for word, mean, kind in zip(words, meaning, kinds):
        gained.setdefault(kind, []).append(word - mean)
    won = {}
    for kind, values in gained.items():
        low, high = interval(values)
        won[kind] = "meaning" if low > 0 else "words" if high < 0 else "cannot tell"
    return won
""",
            "meaning is far better",
        ),
        Wrong(
            """
from stages.s3_rag.metrics import interval

def who_wins(words, meaning, kinds):
    low, high = interval([m - w for w, m in zip(words, meaning)])
    best = "meaning" if low > 0 else "words" if high < 0 else "cannot tell"
    return {kind: "meaning" if kind == kinds[0] else best for kind in kinds}
""",
            "words are far better",
        ),
    ),
    praise="'Cannot tell' is a result: it says how many more questions you would need, and not to bet on either.",
)


_LIST: Rows = (
    (0.1, 0.1, 0.2, 0.9),  # all signs as the question's, and far from it
    (0.9, -0.1, -0.1, -0.1),  # the nearest, with three other signs
    (0.5, 0.5, 0.4, 0.5),  # all signs as the question's, and nearer
    (-0.9, 0.2, 0.1, 0.1),  # one other sign, and the farthest
    (-0.5, -0.5, -0.5, -0.5),
)
_ASKED = (0.9, 0.2, 0.2, 0.2)


def _check_two_steps(two_steps: Callable[..., Any], lesson: "Lesson") -> None:
    import numpy as np

    def rows(matrix: Any, vector: Any, k: int, oversampling: int) -> list[int]:
        value = two_steps(np.array(matrix), np.array(vector), k, oversampling)
        try:
            return [int(row) for row in value]
        except (TypeError, ValueError):
            raise Incorrect(f"Expected a list of row numbers, saw {shorten(value)}.") from None

    found = rows(np.vstack([-np.eye(8), np.ones((1, 8))]), np.ones(8), 1, 1)
    expect(
        found == [8],
        f"Nine rows, the last is the question itself: expected [8], saw {found}: name rows of the matrix, "
        "not places in the list.",
    )
    cases = (
        (1, 2, [2], {0, 2}),
        (2, 1, [2, 0], {0, 2}),
        (1, 4, [1], {0, 1, 2, 3}),
        (3, 9, [1, 2, 0], {0, 1, 2, 3, 4}),
    )
    for k, oversampling, expected, listed in cases:
        seen = rows(_LIST, _ASKED, k, oversampling)
        told = f"k = {k}, oversampling = {oversampling}: expected rows {expected}, saw {seen}"
        expect({*seen} <= listed, f"{told}: only rows {sorted(listed)} are on the list, by their signs.")
        expect(
            1 not in {*expected} - {*seen},
            f"{told}: the list has {min(k * oversampling, len(_LIST))} rows, k times oversampling, and row 1 is on it.",
        )
        expect(seen == expected, f"{told}: among those listed the product decides, and not how few signs differ.")


two_steps = Exercise(
    id="two-steps",
    title="Exercise 4: bits first",
    task="Write `two_steps(matrix, vector, k, oversampling)`: the numbers of k rows, nearest first. First step: list "
    "the `k * oversampling` rows whose signs (number > 0, or not) differ from the vector's in the fewest places, of "
    "equal ones the earlier. Second step: of those listed, and no others, the k with the highest product with the "
    "vector.",
    name="two_steps",
    check=_check_two_steps,
    starter='''
def two_steps(matrix, vector, k, oversampling):
    """Return the rows of the k nearest among those listed by their signs."""
    ...
''',
    hints=(
        "`((matrix > 0) != (vector > 0)).sum(axis=1)` counts the signs that differ, for each row.",
        "`listed = np.argsort(different, kind='stable')[:k * oversampling]`; then order `listed` by its products.",
    ),
    solution='''
import numpy as np

def two_steps(matrix, vector, k, oversampling):
    """Return the rows of the k nearest among those listed by their signs."""
    different = ((matrix > 0) != (vector > 0)).sum(axis=1)
    listed = np.argsort(different, kind="stable")[: k * oversampling]
    cosines = matrix[listed] @ vector
    return listed[np.argsort(-cosines, kind="stable")[:k]].tolist()
''',
    alternative='''
import numpy as np

def two_steps(matrix, vector, k, oversampling):
    """With packed bits, as they are kept in memory."""
    codes, code = np.packbits(matrix > 0, axis=1), np.packbits(vector > 0)
    different = np.bitwise_count(codes ^ code).sum(axis=1).tolist()
    listed = sorted(range(len(matrix)), key=different.__getitem__)[: k * oversampling]
    return sorted(listed, key=lambda row: -float(matrix[row] @ vector))[:k]
''',
    wrong=(
        Wrong(
            """
import numpy as np

def two_steps(matrix, vector, k, oversampling):
    different = ((matrix > 0) != (vector > 0)).sum(axis=1)
    return np.argsort(different, kind="stable")[:k].tolist()
""",
            "and not how few signs differ",
        ),
        Wrong(
            """
import numpy as np

def two_steps(matrix, vector, k, oversampling):
    return np.argsort(-(matrix @ vector), kind="stable")[:k].tolist()
""",
            "are on the list, by their signs",
        ),
        Wrong(
            """
import numpy as np

def two_steps(matrix, vector, k, oversampling):
    different = ((matrix > 0) != (vector > 0)).sum(axis=1)
    listed = np.argsort(different, kind="stable")[: k + 1]
    return listed[np.argsort(-(matrix[listed] @ vector), kind="stable")[:k]].tolist()
""",
            "k times oversampling, and row 1 is on it",
        ),
        Wrong(
            """
import numpy as np

def two_steps(matrix, vector, k, oversampling):
    different = ((matrix > 0) != (vector > 0)).sum(axis=1)
    listed = np.argsort(different, kind="stable")[: k * oversampling]
    order = np.argsort(-(matrix[listed] @ vector), kind="stable")[:k]
    return order.tolist()
""",
            "not places in the list",
        ),
    ),
    praise="The list is found by counting bits, 32 times less to read; the cosine is asked only where it matters.",
)

quiz = Quiz(
    (
        Question(
            "The cosine of two texts is 0.7. What do you know?",
            (
                "they say the same thing with a probability of 70 %",
                "this model has seen such texts in similar company; whether one answers the other is another matter",
                "they share 70 % of their words",
            ),
            answer="b",
            why="'It heats up' and 'it does not heat up' are as near as that, and E07 and E12 too.",
            nudge="Look at the pairs that were near and should not be.",
        ),
        Question(
            "A better embedding model comes out. What happens to your index?",
            (
                "everything is embedded anew with it, and searched with it from one moment on",
                "new documents get the new model, old ones keep theirs",
                "only the questions are embedded with it: they are what changes",
            ),
            answer="a",
            why="Each model has a space of its own. Cosines across two of them are noise, and nothing raises an error.",
            nudge="What was left of the search when only the questions were turned?",
        ),
        Question(
            "For which questions did vectors gain most over keywords?",
            (
                "for article numbers and error codes",
                "for questions in German and Spanish",
                "for questions in words of the customer's own",
            ),
            answer="c",
            why="That is what they are for. For codes nobody could tell, and the model hardly reads German.",
            nudge="Look at the right half of the plot by kind, at the intervals.",
        ),
        Question(
            "Your index has 20,000 chunks, and a search takes a few milliseconds. What do you do next?",
            (
                "set up an approximate index, because it scales",
                "nothing about speed: look at what is not found",
                "buy a graphics card",
            ),
            answer="b",
            why="A model's first word takes a hundred times as long, and an approximate index finds less, never more.",
            nudge="Where do the lines cross in the plot of cost over n?",
        ),
        Question(
            "You search by bits with oversampling 1, and miss rows that an exact search finds. First thing to try?",
            (
                "list more candidates, and compare them exactly",
                "a larger embedding model",
                "leave out the comparison by cosine: it costs time",
            ),
            answer="a",
            why="What is not on the list cannot be found. A longer list costs little, because bits are cheap.",
            nudge="What was on the horizontal axis of the recall plot?",
        ),
    )
)

EXERCISES = (nearest, each_once, who_wins, two_steps, quiz)
