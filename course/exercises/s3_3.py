"""The exercises of lesson s3.3, "Keyword search": weigh a word, read codes, mend typos, search postings in SQL."""

from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import TYPE_CHECKING, Any

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    import duckdb

    from course.begun import Lesson

Weight = Callable[..., float]
K1, B = 1.2, 0.75


def _bm25(n: float, length: float, mean: float, found: int, passages: int) -> float:
    rarity = log(1 + (passages - found + 0.5) / (found + 0.5))
    return rarity * n * (K1 + 1) / (n + K1 * (1 - B + B * length / mean))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Incorrect(f"Expected a number, saw {shorten(value)} ({type(value).__name__}).")
    return float(value)


def _check_weight(weight: Weight, lesson: "Lesson") -> None:
    def seen(n: int = 2, length: int = 80, found: int = 24) -> float:
        return _number(weight(n, length, 80, found, 800))

    expect(seen(found=24) > seen(found=240), "A word in 24 passages must weigh more than one in 240: it tells more.")
    common = seen(found=790)
    expect(
        common >= 0,
        f"A word that 790 of 800 passages have weighs {common:.2f}: "
        "to share a word must never count against a passage.",
    )
    once, often = seen(n=1), seen(n=50)
    expect(
        often < 2.2 * once + 1e-9,
        f"Once weighs {once:.2f}, 50 times weighs {often:.2f}: it must level off, below 2.2 times as much.",
    )
    short, long = seen(length=40), seen(length=320)
    expect(short > long, f"In 40 words it weighs {short:.2f}, in 320 words {long:.2f}: length must hold it back.")
    for arguments in ((1, 80, 80, 24, 800), (3, 120, 80, 7, 779), (2, 20, 61.5, 400, 823)):
        expected, value = _bm25(*arguments), _number(weight(*arguments))
        expect(abs(value - expected) < 1e-6, f"weight{arguments}: expected {expected:.4f}, saw {value:.4f}.")


bm25_weight = Exercise(
    id="bm25-weight",
    title="Exercise 1: what one word is worth",
    task="Write `weight(n, length, mean, found, passages)`: BM25's weight of a word that stands `n` times in a passage "
    "of `length` words, where passages have `mean` words on average and `found` of all `passages` have the word. "
    "Use k1 = 1.2 and b = 0.75.",
    name="weight",
    check=_check_weight,
    starter='''
def weight(n, length, mean, found, passages):
    """Return the weight of one word in one passage."""
    ...
''',
    hints=(
        "Two factors: the rarity of the word, and its count, levelled off. The length changes how soon it levels off.",
        (
            "The rarity is `log(1 + (passages - found + 0.5) / (found + 0.5))`. With "
            "`slow = 1.2 * (1 - 0.75 + 0.75 * length / mean)` the count becomes `n * 2.2 / (n + slow)`."
        ),
    ),
    solution='''
from math import log

def weight(n, length, mean, found, passages):
    """Return the weight of one word in one passage."""
    rarity = log(1 + (passages - found + 0.5) / (found + 0.5))
    slow = 1.2 * (1 - 0.75 + 0.75 * length / mean)
    return rarity * n * 2.2 / (n + slow)
''',
    alternative='''
import numpy as np

def weight(n, length, mean, found, passages):
    """With log1p, and the fraction turned round."""
    rarity = np.log1p((passages - found + 0.5) / (found + 0.5))
    return float(rarity * 2.2 / (1 + (0.3 + 0.9 * length / mean) / n))
''',
    wrong=(
        Wrong(
            """
from math import log

def weight(n, length, mean, found, passages):
    slow = 1.2 * (0.25 + 0.75 * length / mean)
    return log((passages - found + 0.5) / (found + 0.5)) * n * 2.2 / (n + slow)
""",
            "must never count against a passage",
        ),
        Wrong(
            """
from math import log

def weight(n, length, mean, found, passages):
    return n / length * mean * log(1 + (passages - found + 0.5) / (found + 0.5))
""",
            "it must level off",
        ),
        Wrong(
            """
from math import log

def weight(n, length, mean, found, passages):
    return log(1 + (passages - found + 0.5) / (found + 0.5)) * n * 2.2 / (n + 1.2)
""",
            "length must hold it back",
        ),
        Wrong(
            """
def weight(n, length, mean, found, passages):
    return n * 2.2 / (n + 1.2 * (0.25 + 0.75 * length / mean))
""",
            "must weigh more than one in 240",
        ),
        Wrong(
            """
from math import log10

def weight(n, length, mean, found, passages):
    slow = 1.2 * (0.25 + 0.75 * length / mean)
    return log10(1 + (passages - found + 0.5) / (found + 0.5)) * n * 2.2 / (n + slow)
""",
            "weight(1, 80, 80, 24, 800): expected",
        ),
    ),
    praise="Rare counts more, more of the same counts less and less, and a long passage has to say it more often.",
)


TYPED: tuple[tuple[str, set[str], str], ...] = (
    ("Does BL-K16 fit?", {"BL-K16"}, "that is how the price list writes it"),
    ("does bl-k16 fit?", {"BL-K16"}, "customers have no time for capitals"),
    ("I need a BL K16, please", {"BL-K16"}, "a space for the hyphen is the same number"),
    ("blk16 or blk14", {"BL-K16", "BL-K14"}, "without a hyphen it is the same number, and there are two"),
    ("BL-10482 was my order", {"BL-10482"}, "the letter after the hyphen may be missing"),
    ("BL-DT1, the tray", {"BL-DT1"}, "there may be two letters after the hyphen"),
    ("It says E07.", {"E07"}, "error codes count, too"),
    ("it says e7", {"E07"}, "people leave the zero out"),
    ("error E 12 again", {"E12"}, "a space inside an error code"),
    ("cable 12 and table 7", set(), "`cable 12` only ends like a number that begins with BL"),
    ("my machine has 16 bar", set(), "there is no code in it"),
    ("BO-2403-00512", set(), "a serial number is not an article number"),
)


def _check_codes(codes: Callable[[str], set[str]], lesson: "Lesson") -> None:
    for text, expected, why in TYPED:
        seen = codes(text)
        if not isinstance(seen, set | frozenset):
            raise Incorrect(f"Expected a set, saw {shorten(seen)} ({type(seen).__name__}).")
        told = f"expected {sorted(expected) or 'an empty set'}, saw {sorted(map(str, seen)) or 'an empty set'}"
        expect(seen == expected, f"{text!r}: {told}: {why}.")


codes_as_typed = Exercise(
    id="codes-as-typed",
    title="Exercise 2: codes, as people type them",
    task="Write `codes(text)`: the set of codes in a text, spelled as in Brewline's lists. An article number is "
    "`BL`, up to two letters, one to five digits: `BL-K16`, `BL-10482`. An error code is `E` and two digits, `E07`. "
    "Customers leave out the hyphen, write a space for it, drop the zero of `E07`, and use small letters.",
    name="codes",
    check=_check_codes,
    starter='''
def codes(text):
    """Return the set of codes in a text, each in its one right spelling."""
    ...
''',
    hints=(
        r"`\b` in a pattern is the edge of a word; `[- ]?` is a hyphen, a space or nothing. Begin with `.upper()`.",
        r"Two patterns: `\bBL[- ]?([A-Z]{0,2}\d{1,5})\b` and `\bE ?(\d{1,2})\b`. Then `f'E{int(number):02}'`.",
    ),
    solution='''
import re

def codes(text):
    """Return the set of codes in a text, each in its one right spelling."""
    text = text.upper()
    articles = {f"BL-{rest}" for rest in re.findall(r"\\bBL[- ]?([A-Z]{0,2}\\d{1,5})\\b", text)}
    errors = {f"E{int(number):02}" for number in re.findall(r"\\bE ?(\\d{1,2})\\b", text)}
    return articles | errors
''',
    alternative='''
import re

CODE = re.compile(r"\\b(?:(?P<article>bl)[- ]?(?P<rest>[a-z]{0,2}[0-9]{1,5})|e ?(?P<error>[0-9]{1,2}))\\b", re.I)

def codes(text):
    """With one pattern that has names."""
    found = set()
    for match in CODE.finditer(text):
        if match["article"]:
            found.add("BL-" + match["rest"].upper())
        else:
            found.add("E" + match["error"].zfill(2))
    return found
''',
    wrong=(
        Wrong(
            """
import re

def codes(text):
    return set(re.findall(r"BL-[A-Z]{0,2}\\d+|E\\d\\d", text))
""",
            "customers have no time for capitals",
        ),
        Wrong(
            """
import re

def codes(text):
    text = text.upper()
    errors = {f"E{int(n):02}" for n in re.findall(r"\\bE ?(\\d{1,2})\\b", text)}
    return set(re.findall(r"\\bBL-[A-Z]{0,2}\\d{1,5}\\b", text)) | errors
""",
            "a space for the hyphen is the same number",
        ),
        Wrong(
            """
import re

def codes(text):
    text = text.upper()
    articles = {f"BL-{rest}" for rest in re.findall(r"\\bBL[- ]?([A-Z]{0,2}\\d{1,5})\\b", text)}
    return articles | set(re.findall(r"\\bE\\d+\\b", text))
""",
            "people leave the zero out",
        ),
        Wrong(
            """
import re

def codes(text):
    text = text.upper()
    articles = {f"BL-{rest}" for rest in re.findall(r"BL[- ]?([A-Z]{0,2}\\d{1,5})", text)}
    articles |= {f"BL-{rest}" for rest in re.findall(r"BLE[- ]?(\\d{1,5})", text)}
    return articles | {f"E{int(n):02}" for n in re.findall(r"E ?(\\d{1,2})", text)}
""",
            "only ends like a number that begins with BL",
        ),
        Wrong(
            """
import re

def codes(text):
    found = re.search(r"\\b(?:BL[- ]?([A-Z]{0,2}\\d{1,5})|E ?(\\d{1,2}))\\b", text.upper())
    if not found:
        return set()
    return {f"BL-{found[1]}" if found[1] else f"E{int(found[2]):02}"}
""",
            "and there are two",
        ),
    ),
    praise="Ten lines for your own codes are worth more than any setting of a search engine: nobody else knows them.",
)


KNOWN = {
    "weight": 11,
    "weigh": 30,
    "descal": 44,
    "descaler": 20,
    "tank": 139,
    "tanks": 8,
    "e12": 35,
    "lead": 25,
    "leak": 40,
    "cartridge": 60,
    "lever": 2,
    "level": 80,
    "coffee": 300,
}
MENDED: tuple[tuple[str, str | None, str], ...] = (
    ("tank", "tank", "a known term stays as it is"),
    ("lever", "lever", "it is known, and rare; that a more frequent one is near does not make it wrong"),
    ("wieght", "weight", "two letters that changed places are one slip; `weigh` is two away"),  # codespell:ignore
    ("tink", "tank", "one slip away"),
    ("leat", "leak", "`lead` and `leak` are both one slip away, and more passages have `leak`"),  # codespell:ignore
    ("catridgge", "cartridge", "two slips are allowed in a term of seven letters or more"),
    ("dack", None, "`tank` is two slips away, and a short term may have one"),
    ("cow", None, "so short a term is never mended"),
    ("ank", None, "so short a term is never mended"),
    ("e41", None, "a code is never mended: `e12` is another fault"),
    ("e121", None, "a code is never mended, even if it is long enough: E121 is not E12"),
    ("zebra", None, "nothing is near"),
)


def _check_mend(mend: Callable[[str, Mapping[str, int]], str | None], lesson: "Lesson") -> None:
    for term, expected, why in MENDED:
        for known in (KNOWN, dict(reversed(KNOWN.items()))):
            seen = mend(term, dict(known))
            expect(seen == expected, f"{term!r}: expected {expected!r}, saw {shorten(seen)}: {why}.")


mend = Exercise(
    id="mend",
    title="Exercise 3: mend, but with care",
    task="Write `mend(term, known)`; `known` says for each term of the index how many passages have it. Return the "
    "term if it is known; else the nearest known one, of equally near ones the most frequent; else None. One slip is "
    "mended, two in terms of seven letters or more. Terms shorter than four letters, and terms with a digit, are "
    "never mended.",
    name="mend",
    check=_check_mend,
    starter='''
def mend(term, known):
    """Return the known term that is meant, or None."""
    ...
''',
    hints=(
        "`from rapidfuzz.distance import OSA`; `OSA.distance('wieght', 'weight')` counts slips.",
        "Collect `(slips, -known[other], other)` for all that are near enough; `min(…, default=None)` picks.",
    ),
    solution='''
from rapidfuzz.distance import OSA

def mend(term, known):
    """Return the known term that is meant, or None."""
    if term in known:
        return term
    if len(term) < 4 or any(letter.isdigit() for letter in term):
        return None
    most = 1 if len(term) < 7 else 2
    near = [(OSA.distance(term, other), -n, other) for other, n in known.items()]
    best = min((one for one in near if one[0] <= most), default=None)
    return best[2] if best else None
''',
    alternative='''
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

def mend(term, known):
    """With rapidfuzz's own search."""
    if term in known:
        return term
    if len(term) < 4 or not term.isalpha():
        return None
    most = 2 if len(term) >= 7 else 1
    near = extract(term, list(known), scorer=OSA.distance, score_cutoff=most, limit=None)
    return min(near, key=lambda one: (one[1], -known[one[0]]))[0] if near else None
''',
    wrong=(
        Wrong(
            """
from rapidfuzz.distance import OSA

def mend(term, known):
    if len(term) < 4 or any(letter.isdigit() for letter in term):
        return term if term in known else None
    most = 1 if len(term) < 7 else 2
    near = [other for other in known if OSA.distance(term, other) <= most]
    return max(near, key=known.get, default=None)
""",
            "it is known, and rare",
        ),
        Wrong(
            """
from rapidfuzz.distance import OSA

def mend(term, known):
    if term in known:
        return term
    best = min(known, key=lambda other: (OSA.distance(term, other), -known[other]))
    most = 1 if len(term) < 7 else 2
    return best if len(term) > 3 and OSA.distance(term, best) <= most else None
""",
            "E121 is not E12",
        ),
        Wrong(
            """
from rapidfuzz.distance import OSA

def mend(term, known):
    if term in known:
        return term
    if len(term) < 4 or any(letter.isdigit() for letter in term):
        return None
    most = 1 if len(term) < 7 else 2
    near = sorted((OSA.distance(term, other), known[other], other) for other in known)
    return near[0][2] if near[0][0] <= most else None
""",
            "more passages have `leak`",
        ),
        Wrong(
            """
from difflib import get_close_matches

def mend(term, known):
    if any(letter.isdigit() for letter in term):
        return term if term in known else None
    close = get_close_matches(term, sorted(known, key=known.get, reverse=True), n=1, cutoff=0.5)
    return term if term in known else close[0] if close else None
""",
            "`tank` is two slips away",
        ),
        Wrong(
            """
from rapidfuzz.distance import OSA

def mend(term, known):
    if term in known:
        return term
    if any(letter.isdigit() for letter in term):
        return None
    most = 1 if len(term) < 7 else 2
    near = [(OSA.distance(term, other), -n, other) for other, n in known.items()]
    best = min((one for one in near if one[0] <= most), default=None)
    return best[2] if best else None
""",
            "so short a term is never mended",
        ),
    ),
    praise="What is known is never touched, codes never, and the rest only by a slip. Every mender needs such a list.",
)


SHELF: Mapping[str, str] = {
    "which-tank": "tank k16 k14 one serial",
    "price-list": "tank k16 price k14 price seal price filter price basket price cup price",
    "tank-duo": "tank k24 duo tank tank",
    "e07": "e07 pump tank empty",
    "e12": "e12 tank float pump",
    "care": "seal don't use vinegar",
    "story": "one day the tank of a neighbour was empty and then there was no coffee at all in the whole house",
}
Search = Callable[["duckdb.DuckDBPyConnection", Sequence[str]], list[str]]


def _shelf() -> "duckdb.DuckDBPyConnection":
    import duckdb

    db = duckdb.connect()
    db.execute("create table postings (term varchar, passage varchar, n integer)")
    rows = [(term, name, text.split().count(term)) for name, text in SHELF.items() for term in sorted({*text.split()})]
    db.executemany("insert into postings values (?, ?, ?)", rows)
    return db


def _ranked(asked: Sequence[str]) -> list[str]:
    """What a right search gives: by hand, over the same shelf."""
    texts = {name: text.split() for name, text in SHELF.items()}
    mean = sum(map(len, texts.values())) / len(texts)
    musts = {term for term in asked if any(map(str.isdigit, term))}
    scores = {
        name: sum(
            _bm25(words.count(term), len(words), mean, sum(term in other for other in texts.values()), len(texts))
            for term in asked
            if term in words
        )
        for name, words in texts.items()
        if musts <= {*words}
    }
    return sorted((name for name in scores if scores[name] > 0), key=lambda name: -scores[name])


CASES: tuple[tuple[Sequence[str], str], ...] = (
    (["tank"], "no code in it: rank by BM25, best first"),
    (["seal", "don't"], "a term may hold an apostrophe; give terms to the query as parameters"),
    (["tank", "k16"], "only passages with `k16` may be found, however often others say `tank`"),
    (["tank", "k16", "k14"], "both codes are asked for, and both must be there"),
    (["tank", "k14", "e07"], "no passage has both codes: nothing is found, rather than half of it"),
    (["tank", "e41"], "no passage has `e41`: nothing is found, rather than another fault"),
)


def _check_search(search: Search, lesson: "Lesson") -> None:
    with _shelf() as db:
        for asked, why in CASES:
            expected = _ranked(asked)
            seen = search(db, list(asked))
            if not isinstance(seen, list) or not all(isinstance(one, str) for one in seen):
                raise Incorrect(f"Expected a list of passages' names, saw {shorten(seen)}.")
            expect(seen == expected, f"{list(asked)}: expected {shorten(expected)}, saw {shorten(seen)}: {why}.")


search_sql = Exercise(
    id="search-sql",
    title="Exercise 4: a code is a must",
    task="Write `search(db, terms)` over a table `postings (term, passage, n)`: the names of up to ten passages, best "
    "first by BM25. One thing is new: where terms have a digit in them (codes), only passages that have all of "
    "these are found, and none at all if there is no such passage. The lesson's query is a good beginning.",
    name="search",
    check=_check_search,
    starter='''
def search(db, terms):
    """Return up to ten passages, best first; a passage must have every code that is asked for."""
    ...
''',
    hints=(
        (
            "The codes: `sorted({term for term in terms if any(letter.isdigit() for letter in term)})`. Give them to "
            "the query as a second parameter, and their number as a third one."
        ),
        (
            "After `group by passage` the database can check groups: `having count(distinct term) filter (where "
            "list_contains($codes::varchar[], term)) = $must`. Without codes that is 0 = 0."
        ),
    ),
    solution='''
QUERY = """
with lengths as (select passage, sum(n) as length from postings group by passage),
    whole as (select count(*) as passages, avg(length) as mean from lengths),
    asked as (select unnest($terms::varchar[]) as term),
    rare as (select term, count(*) as found from postings group by term)
select passage
from asked join postings using (term) join rare using (term) join lengths using (passage), whole
group by passage
having count(distinct term) filter (where list_contains($codes::varchar[], term)) = $must
order by sum(ln(1 + (passages - found + 0.5) / (found + 0.5)) * n * 2.2
             / (n + 1.2 * (0.25 + 0.75 * length / mean))) desc, passage
limit 10
"""

def search(db, terms):
    """Return up to ten passages, best first; a passage must have every code that is asked for."""
    codes = sorted({term for term in terms if any(letter.isdigit() for letter in term)})
    rows = db.execute(QUERY, {"terms": terms, "codes": codes, "must": len(codes)}).fetchall()
    return [passage for (passage,) in rows]
''',
    alternative='''
from collections import Counter, defaultdict
from math import log

def search(db, terms):
    """The database counts, Python weighs."""
    length = dict(db.execute("select passage, sum(n) from postings group by passage").fetchall())
    mean = sum(length.values()) / len(length)
    scores, has = Counter(), defaultdict(set)
    for term in terms:
        rows = db.execute("select passage, n from postings where term = ?", [term]).fetchall()
        rarity = log(1 + (len(length) - len(rows) + 0.5) / (len(rows) + 0.5))
        for passage, n in rows:
            has[passage].add(term)
            scores[passage] += rarity * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * length[passage] / mean))
    codes = {term for term in terms if any(letter.isdigit() for letter in term)}
    return [passage for passage, _ in scores.most_common() if codes <= has[passage]][:10]
''',
    wrong=(
        Wrong(
            """
def search(db, terms):
    codes = [term for term in terms if any(letter.isdigit() for letter in term)]
    rows = db.execute(
        "select passage from postings where term in (select unnest($terms::varchar[])) group by passage "
        "having count(*) filter (where list_contains($codes::varchar[], term)) = $must "
        "order by sum(n) desc, passage desc limit 10",
        {"terms": terms, "codes": codes, "must": len(codes)},
    ).fetchall()
    return [passage for (passage,) in rows]
""",
            "rank by BM25, best first",
        ),
        Wrong(
            '''
QUERY = """
with lengths as (select passage, sum(n) as length from postings group by passage),
    whole as (select count(*) as passages, avg(length) as mean from lengths),
    rare as (select term, count(*) as found from postings group by term)
select passage
from postings join rare using (term) join lengths using (passage), whole
where term in (LISTED)
group by passage
order by sum(ln(1 + (passages - found + 0.5) / (found + 0.5)) * n * 2.2
             / (n + 1.2 * (0.25 + 0.75 * length / mean))) desc, passage
limit 10
"""

def search(db, terms):
    listed = ", ".join(f"'{term}'" for term in terms)
    return [passage for (passage,) in db.execute(QUERY.replace("LISTED", listed)).fetchall()]
''',
            "ParserException",
        ),
        Wrong(
            '''
QUERY = """
with lengths as (select passage, sum(n) as length from postings group by passage),
    whole as (select count(*) as passages, avg(length) as mean from lengths),
    rare as (select term, count(*) as found from postings group by term)
select passage
from postings join rare using (term) join lengths using (passage), whole
where list_contains($terms::varchar[], term)
group by passage
order by sum(ln(1 + (passages - found + 0.5) / (found + 0.5)) * n * 2.2
             / (n + 1.2 * (0.25 + 0.75 * length / mean))) desc, passage
limit 10
"""

def search(db, terms):
    return [passage for (passage,) in db.execute(QUERY, {"terms": terms}).fetchall()]
''',
            "only passages with `k16` may be found",
        ),
        Wrong(
            '''
QUERY = """
with lengths as (select passage, sum(n) as length from postings group by passage),
    whole as (select count(*) as passages, avg(length) as mean from lengths),
    rare as (select term, count(*) as found from postings group by term)
select passage
from postings join rare using (term) join lengths using (passage), whole
where list_contains($terms::varchar[], term)
group by passage
having $must = 0 or count(*) filter (where list_contains($codes::varchar[], term)) > 0
order by sum(ln(1 + (passages - found + 0.5) / (found + 0.5)) * n * 2.2
             / (n + 1.2 * (0.25 + 0.75 * length / mean))) desc, passage
limit 10
"""

def search(db, terms):
    codes = [term for term in terms if any(letter.isdigit() for letter in term)]
    rows = db.execute(QUERY, {"terms": terms, "codes": codes, "must": len(codes)}).fetchall()
    return [passage for (passage,) in rows]
''',
            "rather than half of it",
        ),
        Wrong(
            '''
QUERY = """
with lengths as (select passage, sum(n) as length from postings group by passage),
    whole as (select count(*) as passages, avg(length) as mean from lengths),
    rare as (select term, count(*) as found from postings group by term)
select passage
from postings join rare using (term) join lengths using (passage), whole
where list_contains($terms::varchar[], term)
group by passage
having count(*) filter (where list_contains($codes::varchar[], term)) = $must
order by sum(ln(1 + (passages - found + 0.5) / (found + 0.5)) * n * 2.2
             / (n + 1.2 * (0.25 + 0.75 * length / mean))) desc, passage
limit 10
"""

def search(db, terms):
    known = {term for (term,) in db.execute("select distinct term from postings").fetchall()}
    codes = [term for term in terms if any(letter.isdigit() for letter in term) and term in known]
    rows = db.execute(QUERY, {"terms": terms, "codes": codes, "must": len(codes)}).fetchall()
    return [passage for (passage,) in rows]
''',
            "rather than another fault",
        ),
    ),
    praise="A filter and a ranking in one query. That is why search belongs beside the data, and not in a loop.",
)


quiz = Quiz(
    (
        Question(
            "Counting how often the question's words stand in a passage made the ranking worse than yes or no. Why?",
            (
                "counting takes longer",
                "words such as 'the' stand often in every long page, and drown the word that tells",
                "passages with codes have no other words",
            ),
            answer="b",
            why="Which is what rarity, saturation and length repair, one after the other.",
            nudge="Look at which pages won, and at their lengths.",
        ),
        Question(
            "BM25 with b = 0. What is gone?",
            (
                "the rarity of words",
                "that more of the same word counts less and less",
                "that a long passage must say a word more often than a short one",
            ),
            answer="c",
            why="b says how much the length counts; k1 says how soon a count levels off.",
            nudge="Find b in the formula: what does it multiply?",
        ),
        Question(
            "A customer asks about E41, which no article knows. What should the search do?",
            (
                "find nothing for that code, and let the answer say so",
                "find E14: somebody typed two digits in the wrong order",
                "find the most frequent code that is one digit away",
            ),
            answer="a",
            why="Steps for another fault are worse than no steps. Codes are never mended.",
            nudge="What would the customer do with the steps for another fault?",
        ),
        Question(
            "Stop words were left out. What did that change here?",
            (
                "the ranking became much better",
                "the table of postings became smaller; the ranking hardly moved",
                "codes were found for the first time",
            ),
            answer="b",
            why="Rarity had already made them worth next to nothing. Leaving them out saves room and time.",
            nudge="What is the rarity of a word that nearly all passages have?",
        ),
        Question(
            "Which of these questions will keyword search never get better at, however well it is tuned?",
            (
                "Price of BL-K16?",
                "how do i chnage the catridge",  # codespell:ignore
                "the white stuff from the pantry, for a passage that says vinegar",
            ),
            answer="c",
            why="They share no word that tells. What they share is a meaning, and lesson s3.5 compares these.",
            nudge="Which words does the question share with its passage?",
        ),
    )
)

EXERCISES = (bm25_weight, codes_as_typed, mend, search_sql, quiz)
