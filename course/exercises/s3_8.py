"""The exercises of lesson s3.8, "Nothing relevant": a curve, a threshold from a price, a good no, a test for drift."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

Curve = Callable[[Sequence[float], Sequence[bool]], Sequence[tuple[float, float]]]

CURVES: tuple[tuple[list[float], list[bool], list[tuple[float, float]], str], ...] = (
    ([0.9, 0.5], [False, True], [(0.5, 0.0), (1.0, 0.5)], "the best comes first, and is right"),
    (
        [0.2, 0.8, 0.5, 0.6],
        [True, False, True, False],
        [(0.25, 0.0), (0.5, 0.0), (0.75, 1 / 3), (1.0, 0.5)],
        "sort them by score: they come in any order; and risk is a share of the answered, not of all",
    ),
    (
        [0.7, 0.7, 0.3],
        [True, False, False],
        [(2 / 3, 0.5), (1.0, 1 / 3)],
        "the two with 0.7 are answered together: no threshold parts them",
    ),
    ([0.4, 0.4], [True, True], [(1.0, 1.0)], "all have the same score, so there is one point"),
    ([], [], [], "without questions there are no points"),
)


def _points(seen: Any) -> list[tuple[float, float]]:
    try:
        return [(float(share), float(risk)) for share, risk in seen]
    except (TypeError, ValueError):
        raise Incorrect(f"Expected a list of pairs (coverage, risk), saw {shorten(seen)}.") from None


def _check_curve(curve: Curve, lesson: "Lesson") -> None:
    for scores, wrong, expected, why in CURVES:
        seen = _points(curve(list(scores), list(wrong)))
        same = len(seen) == len(expected) and all(
            abs(a - b) < 1e-6
            for one, other in zip(seen, expected, strict=True)
            for a, b in zip(one, other, strict=True)
        )
        told = [(round(share, 2), round(risk, 2)) for share, risk in expected]
        got = [(round(share, 2), round(risk, 2)) for share, risk in seen]
        expect(same, f"curve({scores}, {wrong}): expected {told}, saw {got}: {why}.")


risk_coverage = Exercise(
    id="risk-coverage",
    title="Exercise 1: the curve, with equal scores",
    task="Write `curve(scores, wrong)`: `scores[i]` is the signal of a question, and `wrong[i]` says whether it would "
    "be answered wrongly. Return a list of pairs (coverage, risk), one for each different score, the highest first: "
    "the share of all questions whose score is at least that, and the share of these that are wrong.",
    name="curve",
    check=_check_curve,
    starter='''
def curve(scores, wrong):
    """Return [(coverage, risk), …], the highest threshold first."""
    ...
''',
    hints=(
        "The thresholds are `sorted(set(scores), reverse=True)`.",
        "For one threshold: `answered = [w for s, w in zip(scores, wrong) if s >= threshold]`.",
    ),
    solution='''
def curve(scores, wrong):
    """Return [(coverage, risk), …], the highest threshold first."""
    points = []
    for threshold in sorted(set(scores), reverse=True):
        answered = [bad for score, bad in zip(scores, wrong) if score >= threshold]
        points.append((len(answered) / len(scores), sum(answered) / len(answered)))
    return points
''',
    alternative='''
from itertools import groupby

def curve(scores, wrong):
    """In one pass over the sorted questions."""
    pairs = sorted(zip(scores, wrong), key=lambda pair: -pair[0])
    points, n, bad = [], 0, 0
    for _, equal in groupby(pairs, key=lambda pair: pair[0]):
        marks = [mark for _, mark in equal]
        n, bad = n + len(marks), bad + sum(marks)
        points.append((n / len(pairs), bad / n))
    return points
''',
    wrong=(
        Wrong(
            """
def curve(scores, wrong):
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    points, bad = [], 0
    for n, i in enumerate(order, 1):
        bad += wrong[i]
        points.append((n / len(scores), bad / n))
    return points
""",
            "no threshold parts them",
        ),
        Wrong(
            """
def curve(scores, wrong):
    points = []
    for threshold in sorted(set(scores), reverse=True):
        answered = [w for s, w in zip(scores, wrong) if s >= threshold]
        points.append((len(answered) / len(scores), sum(answered) / len(scores)))
    return points
""",
            "a share of the answered, not of all",
        ),
        Wrong(
            """
def curve(scores, wrong):
    points = []
    for threshold in sorted(set(scores)):
        answered = [w for s, w in zip(scores, wrong) if s >= threshold]
        points.append((len(answered) / len(scores), sum(answered) / len(answered)))
    return points
""",
            "the best comes first",
        ),
        Wrong(
            """
def curve(scores, wrong):
    points = []
    for threshold in sorted(set(scores), reverse=True):
        answered = [w for s, w in zip(scores, wrong) if s >= threshold]
        points.append((len(answered) / len(scores), sum(answered) / len(answered)))
    return points or [(0.0, 0.0)]
""",
            "without questions there are no points",
        ),
    ),
    praise="One curve holds every threshold that there is. Compare signals by their curves, then choose a point.",
)


Cheapest = Callable[[Sequence[float], Sequence[bool], float], "float | None"]

PRICES: tuple[tuple[list[float], list[bool], float, float | None, str], ...] = (
    ([0.9, 0.5, 0.1], [False, False, True], 3, 0.5, "the last would cost 3 and a hand-over costs 1"),
    ([0.1, 0.9, 0.5], [True, False, False], 0.5, 0.1, "a wrong answer is cheaper than a person: answer everything"),
    (
        [0.9, 0.8, 0.7, 0.6],
        [False, True, False, False],
        2,
        0.6,
        "one wrong one is made good by two right ones behind it",
    ),
    ([0.9, 0.8], [True, True], 3, None, "each answer is wrong: hand over all"),
    ([0.9, 0.8], [True, False], 2, None, "no cheaper than handing over all; then do that"),
    ([0.7, 0.7, 0.2], [False, True, True], 1.5, 0.7, "the two with 0.7 are answered together: 1.5 for both, not 2"),
    (
        [0.9, 0.8, 0.7],
        [False, True, True],
        1,
        0.9,
        "three thresholds cost the same; the highest one answers less wrongly",
    ),
    ([], [], 3, None, "without questions there is nothing to choose from"),
)


def _check_cheapest(cheapest: Cheapest, lesson: "Lesson") -> None:
    for scores, wrong, price, expected, why in PRICES:
        seen = cheapest(list(scores), list(wrong), price)
        same = seen is None if expected is None else seen is not None and abs(float(seen) - expected) < 1e-9
        expect(same, f"cheapest({scores}, {wrong}, {price}): expected {expected}, saw {shorten(seen)}: {why}.")


cheapest = Exercise(
    id="cheapest",
    title="Exercise 2: a threshold from a price",
    task="Write `cheapest(scores, wrong, price)`: answered is what has a score of the threshold or more. A wrong "
    "answer costs `price`, a hand-over 1, a right answer nothing. Return the score that is the cheapest "
    "threshold; of equally cheap ones the highest; and None if none is cheaper than handing over everything.",
    name="cheapest",
    check=_check_cheapest,
    starter='''
def cheapest(scores, wrong, price):
    """Return the cheapest threshold, or None."""
    ...
''',
    hints=(
        "Only the scores themselves can be thresholds. Each costs `price` for a wrong answer, 1 for no answer.",
        (
            "Begin with `best, least = None, len(scores)`, go through `sorted(set(scores), reverse=True)`, and change "
            "`best` only where the cost is lower, not where it is equal."
        ),
    ),
    solution='''
def cheapest(scores, wrong, price):
    """Return the cheapest threshold, or None."""
    best, least = None, len(scores)  # handing over everything
    for threshold in sorted(set(scores), reverse=True):
        answered = [bad for score, bad in zip(scores, wrong) if score >= threshold]
        cost = price * sum(answered) + len(scores) - len(answered)
        if cost < least:
            best, least = threshold, cost
    return best
''',
    alternative='''
def cheapest(scores, wrong, price):
    """With min over all, and handing over everything as a threshold above every score."""
    def cost(threshold):
        return sum(price * bad if score >= threshold else 1 for score, bad in zip(scores, wrong))

    best = min([float("inf"), *sorted(set(scores), reverse=True)], key=cost)
    return None if best == float("inf") else best
''',
    wrong=(
        Wrong(
            """
def cheapest(scores, wrong, price):
    def cost(threshold):
        return sum(price * bad for score, bad in zip(scores, wrong) if score >= threshold)
    return min(sorted(set(scores)), key=cost, default=None)
""",
            "a wrong answer is cheaper than a person",
        ),
        Wrong(
            """
def cheapest(scores, wrong, price):
    def cost(threshold):
        return sum(price * bad if score >= threshold else 1 for score, bad in zip(scores, wrong))
    return min(sorted(set(scores), reverse=True), key=cost, default=None)
""",
            "hand over all",
        ),
        Wrong(
            """
def cheapest(scores, wrong, price):
    best = None
    for score, bad in sorted(zip(scores, wrong), reverse=True):
        if bad and price > 1:
            break
        best = score
    return best
""",
            "is made good by two right ones",
        ),
        Wrong(
            """
def cheapest(scores, wrong, price):
    def cost(threshold):
        return sum(price * bad if score >= threshold else 1 for score, bad in zip(scores, wrong))
    best = min(sorted(set(scores)), key=cost, default=None)
    return best if best is not None and cost(best) < len(scores) else None
""",
            "the highest one answers less wrongly",
        ),
        Wrong(
            """
def cheapest(scores, wrong, price):
    def cost(threshold):
        return sum(price * bad if score > threshold else 1 for score, bad in zip(scores, wrong))
    best = min(sorted(set(scores), reverse=True), key=cost, default=None)
    return best if best is not None and cost(best) < len(scores) else None
""",
            "expected 0.5, saw 0.1",
        ),
    ),
    praise="The price came from the business, the counting from you. Nobody had to like a number.",
)


SayNo = Callable[[Sequence[Any], int, str], str]
_PERSON = "chat with a person, Monday to Friday"


def _hit(title: str, text: str, cosine: float | None) -> Any:
    from stages.s3_rag.chunks import Chunk
    from stages.s3_rag.search import Hit

    chunk = Chunk(
        id=f"{title.lower().replace(' ', '-')}.md#one", document=f"{title.lower()}.md", title=title, text=text, start=0
    )
    return Hit(chunk, 1.0, None, cosine)


def _check_say_no(say_no: SayNo, lesson: "Lesson") -> None:
    hits = [
        _hit("Large orders", "The discount is 8 % from 5 machines.", 0.41),
        _hit("Found by words", "The student of coffee.", None),
        _hit("Voucher terms", "A voucher holds for two years.", 0.55),
    ]
    far = [_hit("Your repair", "It takes 7 days.", 0.12), _hit("Milk", "Froth it cold.", 0.2)]

    def seen(found: Sequence[Any]) -> str:
        text = say_no(found, 130, _PERSON)
        if not isinstance(text, str):
            raise Incorrect(f"Expected text, saw {shorten(text)} ({type(text).__name__}).")
        return text

    near = seen(hits)
    expect("130" in near, f"It must say how much was searched, 130 documents; saw {shorten(near)}.")
    expect(_PERSON in near, f"It must name the way to a person as it is given ({_PERSON!r}); saw {shorten(near)}.")
    expect(
        "Voucher terms" in near,
        f"Expected the title of the hit with the highest cosine, 'Voucher terms'; saw {shorten(near)}. "
        "A hit that was found by words alone has the cosine None.",
    )
    others = [title for title in ("Large orders", "Found by words") if title in near]
    expect(not others, f"One article is enough; saw {others} as well.")
    expect("two years" not in near, "It quotes the passage: that reads as an answer, and it is none.")
    away = seen(far)
    expect(
        "Milk" not in away and "Your repair" not in away,
        f"The nearest has a cosine of 0.2, and it was named: {shorten(away)}. Below 0.35 name no article.",
    )
    expect(_PERSON in away and "130" in away, f"With nothing near, the rest must still be said; saw {shorten(away)}.")
    nothing = seen([])
    expect(_PERSON in nothing, f"Without hits, the way to a person must still be said; saw {shorten(nothing)}.")


say_no = Exercise(
    id="say-no",
    title="Exercise 3: a good no",
    task="Write `say_no(hits, searched, person)`: a text that says how many documents were searched (`searched`), "
    "names the title of the one hit with the highest cosine if that is 0.35 or more, and tells the way to a person "
    "(`person`). `hit.cosine` may be None (found by words alone), there may be no hits, and no passage is quoted.",
    name="say_no",
    check=_check_say_no,
    starter='''
def say_no(hits, searched, person):
    """Return what a customer reads when nothing was found."""
    ...
''',
    hints=(
        "Take those that have a cosine first: `[hit for hit in hits if hit.cosine is not None]`.",
        "`max(…, key=lambda hit: hit.cosine, default=None)`, then `nearest.chunk.title` if it is near enough.",
    ),
    solution='''
def say_no(hits, searched, person):
    """Return what a customer reads when nothing was found."""
    lines = [f"I could not find that in {searched} documents."]
    compared = [hit for hit in hits if hit.cosine is not None]
    nearest = max(compared, key=lambda hit: hit.cosine, default=None)
    if nearest and nearest.cosine >= 0.35:
        lines.append(f"The nearest is “{nearest.chunk.title}”; it may not answer your question.")
    lines.append(f"For an answer: {person}.")
    return " ".join(lines)
''',
    alternative='''
def say_no(hits, searched, person):
    """With sorting, and an early default."""
    near = sorted((hit for hit in hits if (hit.cosine or 0) >= 0.35), key=lambda hit: -hit.cosine)
    article = f" Perhaps this helps: {near[0].chunk.title}." if near else ""
    return f"Not found (documents searched: {searched}).{article} Please {person}."
''',
    wrong=(
        Wrong(
            """
def say_no(hits, searched, person):
    near = [hit for hit in hits if (hit.cosine or 0) >= 0.35]
    title = f"The nearest is {near[0].chunk.title}." if near else ""
    return f"Nothing in {searched} documents. {title} {person}"
""",
            "the hit with the highest cosine",
        ),
        Wrong(
            """
def say_no(hits, searched, person):
    near = max((hit for hit in hits if hit.cosine), key=lambda hit: hit.cosine, default=None)
    found = f"{near.chunk.title}: {near.chunk.text}" if near and near.cosine >= 0.35 else ""
    return f"Nothing in {searched} documents. {found} {person}"
""",
            "reads as an answer, and it is none",
        ),
        Wrong(
            """
def say_no(hits, searched, person):
    near = max((hit for hit in hits if hit.cosine), key=lambda hit: hit.cosine, default=None)
    title = near.chunk.title if near else ""
    return f"Nothing in {searched} documents. Nearest: {title}. {person}"
""",
            "Below 0.35 name no article",
        ),
        Wrong(
            """
def say_no(hits, searched, person):
    near = max((hit for hit in hits if hit.cosine), key=lambda hit: hit.cosine, default=None)
    if near and near.cosine >= 0.35:
        return f"Nothing in {searched} documents. Nearest: {near.chunk.title}. {person}"
    return "The documents do not say."
""",
            "the rest must still be said",
        ),
        Wrong(
            """
def say_no(hits, searched, person):
    titles = ", ".join(hit.chunk.title for hit in hits if (hit.cosine or 0) >= 0.35)
    return f"Nothing in {searched} documents. Nearest: {titles}. {person}"
""",
            "One article is enough",
        ),
    ),
    praise="Searched, nearest, a person: nobody is left at a closed door.",
)


Complaints = Callable[..., Sequence[str]]
_SAVED = {"model": "embed-a", "threshold": 0.5, "answered": 0.5, "most_wrong": 0.25}
_RIGHT = ([0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1], [False, False, False, True, True, True, True, True])


def _check_holds(complaints: Complaints, lesson: "Lesson") -> None:
    def seen(model: str, scores: list[float], wrong: list[bool]) -> list[str]:
        told = complaints(dict(_SAVED), model, list(scores), list(wrong))
        if not isinstance(told, list | tuple):
            raise Incorrect(f"Expected a list of sentences, saw {shorten(told)} ({type(told).__name__}).")
        return [str(one) for one in told]

    scores, wrong = _RIGHT
    fine = seen("embed-a", scores, wrong)
    expect(not fine, f"The model is the same, half is answered, a quarter of it is wrong: expected [], saw {fine}.")
    other = seen("embed-b", scores, wrong)
    expect(len(other) == 1, f"Only the model has changed, to 'embed-b': expected one sentence, saw {other}.")
    bad = seen("embed-a", scores, [True, True, *wrong[2:]])
    expect(len(bad) == 1, f"3 of the 4 answered are wrong, and a quarter may be: expected one sentence, saw {bad}.")
    more = seen("embed-a", [0.9] * 6 + [0.1] * 2, [False] * 8)
    expect(len(more) == 1, f"75 % are answered, and 50 % were: expected one sentence, saw {more}.")
    less = seen("embed-a", [0.9] * 2 + [0.1] * 6, [False] * 8)
    expect(len(less) == 1, f"25 % are answered, and 50 % were: fewer is drift, too; expected one sentence, saw {less}.")
    none = seen("embed-a", [0.1] * 8, [True] * 8)
    expect(len(none) == 1, f"Nothing is answered any more, so nothing is wrong: expected one sentence, saw {none}.")
    both = seen("embed-b", [0.9] * 8, [True] * 8)
    expect(len(both) == 3, f"Model, share and risk have all changed: expected three sentences, saw {both}.")


still_holds = Exercise(
    id="still-holds",
    title="Exercise 4: does it still hold?",
    task="Write `complaints(saved, model, scores, wrong)`. `saved` is what was written down with the threshold: "
    "`model`, `threshold`, `answered` (the share) and `most_wrong` (the risk that was agreed). `scores` and `wrong` "
    "are those of dev today. Return a list with a sentence for each of these: the model is another; the share "
    "answered is more than 0.1 away; the risk among the answered is higher than agreed.",
    name="complaints",
    check=_check_holds,
    starter='''
def complaints(saved, model, scores, wrong):
    """Return what no longer holds, [] if all does."""
    ...
''',
    hints=(
        "First `answered = [w for s, w in zip(scores, wrong) if s >= saved['threshold']]`.",
        "The share may have moved up or down: `abs(…)`. Where nothing is answered, there is no risk to compute.",
    ),
    solution='''
def complaints(saved, model, scores, wrong):
    """Return what no longer holds, [] if all does."""
    answered = [bad for score, bad in zip(scores, wrong) if score >= saved["threshold"]]
    share = len(answered) / len(scores)
    found = []
    if model != saved["model"]:
        found.append(f"The threshold was chosen for {saved['model']}, and this is {model}: choose again.")
    if abs(share - saved["answered"]) > 0.1:
        found.append(f"{share:.0%} are answered, and {saved['answered']:.0%} were.")
    if answered and sum(answered) / len(answered) > saved["most_wrong"]:
        found.append(f"{sum(answered)} of {len(answered)} answers are wrong.")
    return found
''',
    alternative='''
def complaints(saved, model, scores, wrong):
    """A table of checks."""
    passed = [bad for score, bad in zip(scores, wrong) if not score < saved["threshold"]]
    checks = {
        "another model": model != saved["model"],
        "another share": not -0.1 <= len(passed) / len(scores) - saved["answered"] <= 0.1,
        "more is wrong": sum(passed) > saved["most_wrong"] * len(passed),
    }
    return [name for name, failed in checks.items() if failed]
''',
    wrong=(
        Wrong(
            """
def complaints(saved, model, scores, wrong):
    answered = [w for s, w in zip(scores, wrong) if s >= saved["threshold"]]
    if model != saved["model"]:
        return ["another model"]
    if abs(len(answered) / len(scores) - saved["answered"]) > 0.1:
        return ["another share"]
    if sum(answered) > saved["most_wrong"] * len(answered):
        return ["more is wrong"]
    return []
""",
            "expected three sentences",
        ),
        Wrong(
            """
def complaints(saved, model, scores, wrong):
    answered = [w for s, w in zip(scores, wrong) if s >= saved["threshold"]]
    found = ["another model"] if model != saved["model"] else []
    if len(answered) / len(scores) - saved["answered"] > 0.1:
        found.append("another share")
    if sum(answered) > saved["most_wrong"] * len(answered):
        found.append("more is wrong")
    return found
""",
            "fewer is drift, too",
        ),
        Wrong(
            """
def complaints(saved, model, scores, wrong):
    answered = [w for s, w in zip(scores, wrong) if s >= saved["threshold"]]
    found = ["another model"] if model != saved["model"] else []
    if abs(len(answered) / len(scores) - saved["answered"]) > 0.1:
        found.append("another share")
    if sum(wrong) / len(wrong) > saved["most_wrong"]:
        found.append("more is wrong")
    return found
""",
            "a quarter of it is wrong: expected []",
        ),
        Wrong(
            """
def complaints(saved, model, scores, wrong):
    answered = [w for s, w in zip(scores, wrong) if s >= saved["threshold"]]
    found = []
    if abs(len(answered) / len(scores) - saved["answered"]) > 0.1:
        found.append("another share")
    if sum(answered) > saved["most_wrong"] * len(answered):
        found.append("more is wrong")
    return found
""",
            "Only the model has changed",
        ),
    ),
    praise="It runs after each sync, asks no model, and speaks up before a customer does.",
)


quiz = Quiz(
    (
        Question(
            "What is a near miss?",
            (
                "the right passage at place two",
                "a passage about the very thing that does not hold the answer",
                "a question with a typo",
            ),
            answer="b",
            why="It is near in meaning and in words, which is why scores of a search do not see it.",
            nudge="Think of the customer who asked for Brewline's VAT number.",
        ),
        Question(
            "On a risk–coverage curve, what does a signal look like that knows nothing?",
            (
                "a flat line: whatever share is answered, the same part of it is wrong",
                "a line that falls to zero on the left",
                "a line that rises on the left",
            ),
            answer="a",
            why="It hands over right and wrong alike. A good one falls as fewer are answered.",
            nudge="Hand questions over by throwing a coin. What changes among the rest?",
        ),
        Question(
            "A wrong answer costs as much as four hand-overs. When is one more question worth answering?",
            (
                "always",
                "when more than half of such questions are answered rightly",
                "when fewer than one in four of such questions would be answered wrongly",
            ),
            answer="c",
            why="Four questions like it: one wrong answer costs four, and four hand-overs cost four.",
            nudge="Compare the price of one wrong answer with that of handing over all of them.",
        ),
        Question(
            "The embedding model was replaced, and no error was raised. What about the threshold on its cosines?",
            (
                "choose it again: scores of two models have different scales",
                "keep it: a cosine is always between −1 and 1",
                "raise it a little, to be safe",
            ),
            answer="a",
            why="The same texts lie at other distances. A test on dev tells it before customers do.",
            nudge="What happened with an eighth of the numbers?",
        ),
        Question(
            "A desk hands over far more than before, and its answers are nearly all right. Is it better?",
            (
                "yes: fewer wrong answers is what counts",
                "one cannot tell without the good answers that are now missing, and what each costs",
                "no: a desk must answer everything",
            ),
            answer="b",
            why="Risk can always be bought with coverage. Show both, and the price.",
            nudge="Which column makes the table honest?",
        ),
    )
)

EXERCISES = (risk_coverage, cheapest, say_no, still_holds, quiz)
