"""The exercises of lesson s3.10, "When you outgrow it": recall, one byte a number, a filter that keeps k, a choice."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

Lists = Sequence[Sequence[int]]

RECALLS: tuple[tuple[int, Lists, Lists, float, str], ...] = (
    (2, [[1, 2]], [[1, 2]], 1.0, "both are found"),
    (2, [[2, 1]], [[1, 2]], 1.0, "the order does not count: recall asks what was found"),
    (2, [[1, 9], [8, 9]], [[1, 2], [3, 4]], 0.25, "one of two, and none of two: the mean of the questions"),
    (4, [[1]], [[1, 2, 3, 4]], 0.25, "one of the four nearest was found: divide by those, not by what came back"),
    (2, [[9, 8, 1, 2]], [[1, 2]], 0.0, "only the first k that came back count"),
    (1, [[2]], [[1, 2]], 0.0, "only the first k of the exact list are to be found"),
    (10, [[1, 2, 3]], [[1, 2, 3]], 1.0, "this customer has three chunks, and all were found"),
    (3, [[1, 1, 1]], [[1, 2, 3]], 1 / 3, "the same chunk three times is one chunk"),
)


def _check_recall(recall_at: Callable[..., Any], lesson: "Lesson") -> None:
    for k, found, exact, expected, why in RECALLS:
        seen = recall_at(k, [list(one) for one in found], [list(one) for one in exact])
        if not isinstance(seen, int | float):
            raise Incorrect(f"Expected a number from 0 to 1, saw {shorten(seen)}.")
        told = f"k = {k}, found {found}, exact {exact}: expected {expected:.2f}, saw {seen:.2f}: {why}."
        expect(abs(seen - expected) < 1e-6, told)


recall_at = Exercise(
    id="recall-at",
    title="Exercise 1: what did it miss?",
    task="Write `recall_at(k, found, exact)`. Both are lists with one list of row numbers for each question, nearest "
    "first: what an approximate search found, and what an exact one finds. For each question take the share of the k "
    "exactly nearest that are among the first k found; return the mean over the questions. A small customer may have "
    "fewer than k chunks.",
    name="recall_at",
    check=_check_recall,
    starter='''
def recall_at(k, found, exact):
    """Return the mean share of the k exactly nearest that were found."""
    ...
''',
    hints=(
        "Sets: `{*found[:k]} & {*exact[:k]}` is what both have.",
        "Divide by the number of the exactly nearest, `len(exact[:k])`, and take the mean over all questions.",
    ),
    solution='''
def recall_at(k, found, exact):
    """Return the mean share of the k exactly nearest that were found."""
    shares = []
    for mine, true in zip(found, exact):
        both = {*mine[:k]} & {*true[:k]}
        shares.append(len(both) / len(true[:k]))
    return sum(shares) / len(shares)
''',
    alternative='''
from statistics import mean

def recall_at(k, found, exact):
    """Row by row of what should be there."""
    return mean(mean(row in mine[:k] for row in true[:k]) for mine, true in zip(found, exact))
''',
    wrong=(
        Wrong(
            """
def recall_at(k, found, exact):
    shares = [len({*a[:k]} & {*b[:k]}) / len(a[:k]) for a, b in zip(found, exact)]
    return sum(shares) / len(shares)
""",
            "divide by those, not by what came back",
        ),
        Wrong(
            """
def recall_at(k, found, exact):
    shares = [len({*a[:k]} & {*b[:k]}) / k for a, b in zip(found, exact)]
    return sum(shares) / len(shares)
""",
            "this customer has three chunks",
        ),
        Wrong(
            """
def recall_at(k, found, exact):
    shares = [sum(x == y for x, y in zip(a[:k], b[:k])) / len(b[:k]) for a, b in zip(found, exact)]
    return sum(shares) / len(shares)
""",
            "the order does not count",
        ),
        Wrong(
            """
def recall_at(k, found, exact):
    shares = [len({*a} & {*b[:k]}) / len(b[:k]) for a, b in zip(found, exact)]
    return sum(shares) / len(shares)
""",
            "only the first k that came back",
        ),
        Wrong(
            """
def recall_at(k, found, exact):
    shares = [sum(row in b[:k] for row in a[:k]) / len(b[:k]) for a, b in zip(found, exact)]
    return sum(shares) / len(shares)
""",
            "is one chunk",
        ),
    ),
    praise="No index tells this by itself. Whoever does not measure it, does not know what is missed.",
)


class _Rows:
    """The vectors in full, somewhere slow: it notes which rows were fetched."""

    def __init__(self, matrix: Any) -> None:
        self.matrix, self.fetched = matrix, list[int]()

    def __call__(self, rows: Any) -> Any:
        import numpy as np

        self.fetched += [int(row) for row in np.atleast_1d(rows)]
        return self.matrix[rows]


def _rows(value: Any) -> list[int]:
    try:
        return [int(row) for row in value]
    except (TypeError, ValueError):
        raise Incorrect(f"Expected a list of row numbers, nearest first, saw {shorten(value)}.") from None


def _check_int8(two_steps: Callable[..., Any], lesson: "Lesson") -> None:
    import numpy as np

    large = np.zeros((3, 8), np.float32)
    large[0], large[1, :2], large[2, 0] = 1.0, 1.0, 1.0
    fetch = _Rows(large)
    seen = _rows(two_steps((large * 100).astype(np.int8), fetch, np.ones(8, np.float32), 1, 1))
    expect(
        seen == [0],
        f"Three rows of whole numbers up to 100, and a question that row 0 fits best by far: saw {seen}. Products of "
        "int8 are int8 again, and 8 × 100 does not fit into one byte: make them wider before you multiply.",
    )
    drawn = np.random.default_rng(8)
    matrix = drawn.standard_normal((300, 24)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    codes = np.round(matrix / np.abs(matrix).max() * 7).astype(np.int8)
    for number in range(5):
        vector = matrix[number] + 0.3 * drawn.standard_normal(24).astype(np.float32)
        vector /= np.linalg.norm(vector)
        exact = np.argsort(-(matrix @ vector), kind="stable")[:5].tolist()
        fetch = _Rows(matrix)
        seen = _rows(two_steps(codes.copy(), fetch, vector.copy(), 5, 8))
        expect(len(seen) == 5, f"k = 5: expected 5 rows, saw {len(seen)}.")
        expect(
            fetch.fetched, "No row was fetched: what the small numbers list is to be put in order with the full ones."
        )
        expect(
            len(fetch.fetched) <= 5 * 8,
            f"k = 5, oversampling 8: {len(fetch.fetched)} of 300 rows were fetched, at most 40 are wanted. Fetching "
            "is the slow part.",
        )
        expect(
            seen == exact,
            f"Expected rows {exact}, nearest first by the full vectors, saw {seen}: list k × over by the codes, fetch "
            "those, and order them by their true cosines.",
        )
    fetch = _Rows(matrix[:4])
    seen = _rows(two_steps(codes[:4], fetch, matrix[2], 3, 8))
    expect(len(seen) == 3 and seen[0] == 2, f"Four rows only, k = 3: expected 3 rows and row 2 first, saw {seen}.")


two_steps = Exercise(
    id="two-steps-small",
    title="Exercise 2: one byte a number, then the truth",
    task="Write `two_steps(codes, fetch, vector, k, over)`. `codes` are the vectors as whole numbers of one byte "
    "(int8), in memory. `fetch(rows)` brings the full vectors of some rows from a slow disk. List the k × over best "
    "rows by the codes, fetch only those, and return the k nearest by their true cosines, nearest first.",
    name="two_steps",
    check=_check_int8,
    starter='''
def two_steps(codes, fetch, vector, k, over):
    """Return the k nearest rows; at most k * over are fetched."""
    ...
''',
    hints=(
        "`codes.astype(np.float32) @ vector` does not run over; `codes @ vector.astype(np.int8)` does, silently.",
        "`rows = np.argsort(-rough)[: k * over]`, `true = fetch(rows) @ vector`, then `rows[np.argsort(-true)][:k]`.",
    ),
    solution='''
import numpy as np

def two_steps(codes, fetch, vector, k, over):
    """Return the k nearest rows; at most k * over are fetched."""
    rough = codes.astype(np.float32) @ vector
    rows = np.argsort(-rough, kind="stable")[: k * over]
    true = fetch(rows) @ vector
    return rows[np.argsort(-true, kind="stable")][:k].tolist()
''',
    alternative='''
import numpy as np

def two_steps(codes, fetch, vector, k, over):
    """Whole numbers on both sides, added up in four bytes, as a processor would."""
    question = np.round(vector * 127 / abs(vector).max()).astype(np.int32)
    rough = codes.astype(np.int32) @ question
    rows = sorted(range(len(codes)), key=lambda row: -rough[row])[: k * over]
    true = dict(zip(rows, (fetch(np.array(rows)) @ vector).tolist()))
    return sorted(rows, key=lambda row: -true[row])[:k]
''',
    wrong=(
        Wrong(
            """
import numpy as np

def two_steps(codes, fetch, vector, k, over):
    question = np.round(vector / abs(vector).max() * 100).astype(np.int8)
    rows = np.argsort(-(codes @ question).astype(int), kind="stable")[: k * over]
    return rows[np.argsort(-(fetch(rows) @ vector), kind="stable")][:k]
""",
            "does not fit into one byte",
        ),
        Wrong(
            """
import numpy as np

def two_steps(codes, fetch, vector, k, over):
    return np.argsort(-(codes.astype(np.float32) @ vector), kind="stable")[:k]
""",
            "No row was fetched",
        ),
        Wrong(
            """
import numpy as np

def two_steps(codes, fetch, vector, k, over):
    true = fetch(np.arange(len(codes))) @ vector
    return np.argsort(-true, kind="stable")[:k]
""",
            "Fetching is the slow part",
        ),
        Wrong(
            """
import numpy as np

def two_steps(codes, fetch, vector, k, over):
    rough = codes.astype(np.float32) @ vector
    rows = np.argsort(-rough, kind="stable")[: k * over]
    return np.argsort(-(fetch(rows) @ vector), kind="stable")[:k]
""",
            "order them by their true cosines",
        ),
    ),
    praise="A quarter of the memory, and the answers of the full vectors. Most vector databases have a switch for it.",
)


class _Nearest:
    """An approximate index that knows nothing of customers: it gives the n nearest rows, and counts."""

    def __init__(self, n_rows: int) -> None:
        self.n_rows, self.asked = n_rows, list[int]()

    def __call__(self, n: Any) -> list[int]:
        self.asked.append(int(n))
        if len(self.asked) > 60:
            raise Incorrect(
                "The index was asked more than 60 times for one question. When it has given all its rows, there is no "
                "more to come: stop."
            )
        return list(range(self.n_rows))[: max(0, int(n))]


def _check_keep(keep_k: Callable[..., Any], lesson: "Lesson") -> None:
    cases: tuple[tuple[list[str], str, int, list[int], str], ...] = (
        (["anna"] * 30, "anna", 5, [0, 1, 2, 3, 4], "all rows are hers"),
        (["bert", "anna"] * 2000, "anna", 10, list(range(1, 20, 2)), "every second row is hers"),
        (["bert"] * 40 + ["anna"] * 10, "anna", 3, [40, 41, 42], "the forty nearest are somebody else's"),
        (["bert"] * 500 + ["anna"] * 3, "anna", 10, [500, 501, 502], "she has three chunks in all"),
        (["bert"] * 70, "anna", 10, [], "she has none"),
    )
    for owner, customer, k, expected, why in cases:
        index = _Nearest(len(owner))
        seen = _rows(keep_k(index, list(owner), customer, k))
        foreign = [row for row in seen if not 0 <= row < len(owner) or owner[row] != customer]
        expect(not foreign, f"{customer} was given rows {foreign[:5]}, which are not hers: this is an incident.")
        expect(
            seen == expected, f"k = {k}: expected {len(expected)} rows, {expected[:4]} …, saw {len(seen)}, "
            f"{seen[:4]} …: {why}."
        )  # fmt: skip
        needed = expected[-1] + 1 if len(expected) == k else len(owner)
        expect(
            max(index.asked, default=0) <= max(4 * needed, 4 * k),
            f"k = {k}: {max(index.asked, default=0)} rows were asked for, and the first {needed} would have done: "
            "begin small, and ask for twice as many while too few are hers.",
        )


keep_k = Exercise(
    id="keep-k",
    title="Exercise 3: a filter that keeps k",
    task="Write `keep_k(nearest, owner, customer, k)`. `nearest(n)` asks an index that knows no customers for the n "
    "nearest rows (fewer, where it has fewer); `owner[row]` is the customer whose row it is. Return the first k rows "
    "of this customer, or all if there are fewer. Do not ask for the whole index when the first few rows would do.",
    name="keep_k",
    check=_check_keep,
    starter='''
def keep_k(nearest, owner, customer, k):
    """Return the k nearest rows of the customer."""
    ...
''',
    hints=(
        "Begin with n = k, keep the rows of the customer, and double n while there are fewer than k.",
        "Stop as well when n has reached `len(owner)`: all rows have been seen then.",
    ),
    solution='''
def keep_k(nearest, owner, customer, k):
    """Return the k nearest rows of the customer."""
    n = k
    while True:
        mine = [row for row in nearest(n) if owner[row] == customer]
        if len(mine) >= k or n >= len(owner):
            return mine[:k]
        n *= 2
''',
    alternative='''
def keep_k(nearest, owner, customer, k):
    """The first step guessed from the customer's share of all rows."""
    have = owner.count(customer)
    wanted = min(k, have)
    n = wanted * len(owner) // max(1, have)
    mine = []
    while len(mine) < wanted:
        mine = [row for row in nearest(n) if owner[row] == customer]
        n = min(2 * n + 1, len(owner))
    return mine[:wanted]
''',
    wrong=(
        Wrong(
            """
def keep_k(nearest, owner, customer, k):
    return [row for row in nearest(k) if owner[row] == customer]
""",
            "every second row is hers",
        ),
        Wrong(
            """
def keep_k(nearest, owner, customer, k):
    return nearest(k)
""",
            "this is an incident",
        ),
        Wrong(
            """
def keep_k(nearest, owner, customer, k):
    return [row for row in nearest(len(owner)) if owner[row] == customer][:k]
""",
            "begin small",
        ),
        Wrong(
            """
def keep_k(nearest, owner, customer, k):
    n, mine = k, []
    while len(mine) < k:
        mine = [row for row in nearest(n) if owner[row] == customer]
        n *= 2
    return mine[:k]
""",
            "there is no more to come",
        ),
        Wrong(
            """
def keep_k(nearest, owner, customer, k):
    return [row for row in nearest(4 * k) if owner[row] == customer][:k]
""",
            "the forty nearest are somebody else's",
        ),
    ),
    praise="This is what `stages/s3_rag/stores/hnsw.py` does. Where the filter runs inside the index, you need not.",
)


STEPS = ("stay", "graph", "compress", "postgres", "vector database")
CHOICES: tuple[tuple[tuple[int, int, int, int, int, bool], str, str], ...] = (
    ((829, 384, 829, 8, 1, False), "stay", "1.3 megabytes"),
    ((829, 384, 829, 8, 1, True), "stay", "that Postgres is there is no reason to move"),
    ((1_000_000, 384, 20_000, 8, 1, False), "stay", "1.5 GB of 8, and no question compares more than 20,000 rows"),
    ((1_000_000, 384, 1_000_000, 8, 1, False), "graph", "one customer's question compares a million rows"),
    ((250_000, 384, 250_000, 8, 1, False), "stay", "250,000 rows are not more than 250,000"),
    ((1_000_000, 1536, 20_000, 8, 1, False), "compress", "6.1 GB are more than half of 8, one byte a number is 1.5"),
    ((4_000_000, 1536, 20_000, 8, 1, True), "postgres", "one byte a number is 6.1 GB, more than half of 8"),
    ((4_000_000, 1536, 20_000, 8, 1, False), "vector database", "too large even with one byte a number, no Postgres"),
    ((5_000, 384, 5_000, 8, 3, True), "postgres", "three machines are to search the same index"),
    ((5_000, 384, 5_000, 8, 2, False), "vector database", "two machines are to search it, and there is no Postgres"),
)


def _check_choice(next_step: Callable[..., Any], lesson: "Lesson") -> None:
    for needs, expected, why in CHOICES:
        seen = next_step(*needs)
        expect(seen in STEPS, f"Expected one of {', '.join(STEPS)}, saw {shorten(seen)}.")
        chunks, dimensions, largest, ram_gb, machines, has_postgres = needs
        told = (
            f"{chunks:,} chunks of {dimensions} numbers, largest customer {largest:,}, {ram_gb} GB, "
            f"{machines} machine{'s' * (machines > 1)}, {'a' if has_postgres else 'no'} Postgres"
        )
        expect(seen == expected, f"{told}: expected {expected!r}, saw {seen!r}: {why}.")


next_step = Exercise(
    id="next-step",
    title="Exercise 4: choose by numbers",
    task="Write `next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres)` by these rules, first match "
    "wins. More than one machine searches: `'postgres'` if it is there, else `'vector database'`. The vectors as "
    "float32 fill at most half of the memory: `'stay'`, unless the largest customer has more than 250,000 chunks, then "
    "`'graph'`. As int8 they fill at most half: `'compress'`. Otherwise as in the first rule. A GB is 10**9 bytes.",
    name="next_step",
    check=_check_choice,
    starter='''
def next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres):
    """Return 'stay', 'graph', 'compress', 'postgres' or 'vector database'."""
    ...
''',
    hints=(
        "float32: `chunks * dimensions * 4` bytes. int8: `chunks * dimensions`. Half the memory: `ram_gb * 10**9 / 2`.",
        "What is held is counted over all customers; what a question compares, over the largest one.",
    ),
    solution='''
def next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres):
    """Return 'stay', 'graph', 'compress', 'postgres' or 'vector database'."""
    database = "postgres" if has_postgres else "vector database"
    half = ram_gb * 10**9 / 2
    if machines > 1:
        return database
    if chunks * dimensions * 4 <= half:
        return "stay" if largest <= 250_000 else "graph"
    if chunks * dimensions <= half:
        return "compress"
    return database
''',
    alternative='''
def next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres):
    """A table of rules, first match wins."""
    numbers, half = chunks * dimensions, ram_gb * 10**9 // 2
    database = ("vector database", "postgres")[has_postgres]
    rules = [
        (machines > 1, database),
        (4 * numbers <= half and largest > 250_000, "graph"),
        (4 * numbers <= half, "stay"),
        (numbers <= half, "compress"),
    ]
    return next((step for holds, step in rules if holds), database)
''',
    wrong=(
        Wrong(
            """
def next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres):
    return "postgres" if has_postgres else "vector database"
""",
            "1.3 megabytes",
        ),
        Wrong(
            """
def next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres):
    if has_postgres:
        return "postgres"
    if machines > 1:
        return "vector database"
    if chunks * dimensions * 4 <= ram_gb * 10**9 / 2:
        return "stay" if largest <= 250_000 else "graph"
    return "compress" if chunks * dimensions <= ram_gb * 10**9 / 2 else "vector database"
""",
            "is no reason to move",
        ),
        Wrong(
            """
def next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres):
    database = "postgres" if has_postgres else "vector database"
    if machines > 1:
        return database
    if chunks * dimensions * 4 <= ram_gb * 10**9 / 2:
        return "stay" if chunks <= 250_000 else "graph"
    return "compress" if chunks * dimensions <= ram_gb * 10**9 / 2 else database
""",
            "no question compares more than 20,000 rows",
        ),
        Wrong(
            """
def next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres):
    database = "postgres" if has_postgres else "vector database"
    if machines > 1:
        return database
    if chunks * dimensions <= ram_gb * 10**9 / 2:
        return "stay" if largest <= 250_000 else "graph"
    return database
""",
            "one byte a number is 1.5",
        ),
        Wrong(
            """
def next_step(chunks, dimensions, largest, ram_gb, machines, has_postgres):
    database = "postgres" if has_postgres else "vector database"
    if chunks * dimensions * 4 <= ram_gb * 10**9 / 2:
        return "stay" if largest <= 250_000 else "graph"
    return "compress" if chunks * dimensions <= ram_gb * 10**9 / 2 else database
""",
            "three machines",
        ),
    ),
    praise="Your limits will be others. What matters is that they are written down before the sales call.",
)


quiz = Quiz(
    (
        Question(
            "A million chunks, a thousand customers of about equal size, and each question is one customer's. How many "
            "vectors must an exact search compare?",
            ("about a thousand", "a million", "none: an exact search is out of the question"),
            answer="a",
            why="Whoever knows the customer first compares only that customer's rows.",
            nudge="What is filtered before ranking is not read.",
        ),
        Question(
            "A search lists the 10 nearest and then drops those of other customers. What happens to a customer who has "
            "one chunk in a hundred?",
            (
                "nothing: the ten nearest are mostly the customer's own",
                "mostly an empty page, and no error",
                "the search takes a hundred times as long",
            ),
            answer="b",
            why="Of the ten nearest, a tenth of one is the customer's, on average. Nobody is told.",
            nudge="How many of ten are yours, if one in a hundred is?",
        ),
        Question(
            "You raise `ef` (or `nprobe`) of an approximate index. What do you buy, and with what?",
            ("recall, with time", "memory, with recall", "time, with memory"),
            answer="a",
            why="More candidates are compared, so fewer of the nearest are missed, and each question takes longer.",
            nudge="Follow the curve from left to right.",
        ),
        Question(
            "int8 codes list 20 candidates, and the full vectors put them in order. What is lost?",
            (
                "order among the candidates",
                "a quarter of the answers",
                "only what the codes did not list at all",
            ),
            answer="c",
            why="What is listed is ordered exactly. So the size of the list decides the recall.",
            nudge="Which of the two steps can still miss something?",
        ),
        Question(
            "Where should 'this customer only' be enforced?",
            (
                "in the prompt: the model is told whose questions it answers",
                "in each query that a programmer writes",
                "in one place below all queries, with a test that asks for other customers' texts",
            ),
            answer="c",
            why="A query that forgets its filter runs without an error. A rule below it cannot be forgotten.",
            nudge="What happens on the day on which somebody writes a new query?",
        ),
    )
)

EXERCISES = (recall_at, two_steps, keep_k, next_step, quiz)
