"""The exercises of lesson s2.3, "Rate limits and retries": compute waits, retry with manners, know when to stop."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stages.s2_llms.errors import AuthFailed, BadRequest, ConnectionLost, Overloaded, ProviderError, RateLimited

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten
from .evidence import requests_during

if TYPE_CHECKING:
    from course.begun import Lesson


def _check_clients(clients: Callable[[], Any], lesson: "Lesson") -> None:
    both = clients()
    if not isinstance(both, tuple) or len(both) != 2:
        raise Incorrect(f"Expected two clients, OpenAI's and Anthropic's, saw {shorten(both)}.")
    turns: Any = [{"role": "user", "content": "Hello"}]
    openai_client, anthropic_client = both
    asks: dict[str, Callable[[], Any]] = {
        "OpenAI": lambda: openai_client.chat.completions.create(model=lesson.models["openai"], messages=turns),
        "Anthropic": lambda: anthropic_client.messages.create(
            model=lesson.models["anthropic"], messages=turns, max_tokens=50
        ),
    }
    for vendor, ask in asks.items():
        with requests_during(lesson) as sent:
            lesson.control.order("overloaded", count=9)
            failed = _fails(ask)
        expect(failed, f"{vendor}'s client met an overload and raised nothing: the error must reach the caller.")
        expect(sent, f"{vendor}: expected one request at the provider, saw none.")
        expect(len(sent) == 1, f"{vendor}: expected one request for one call, saw {len(sent)} in an overload.")


def _fails(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except (AttributeError, TypeError):
        raise  # no client at all: that is the learner's to see
    except Exception:  # noqa: BLE001 - any error of the SDK will do
        return True
    return False


one_request = Exercise(
    id="one-request",
    title="Exercise 1: one call, one request",
    task="Write `clients()`: it returns two clients, OpenAI's and Anthropic's, that send one request for one call, "
    "whatever comes back.",
    name="clients",
    check=_check_clients,
    starter='''
def clients():
    """Return (OpenAI client, Anthropic client) that never ask again by themselves."""
    ...
''',
    hints=(
        "Both SDKs have the same option for it, and both ask twice more by default.",
        "The first code cell of this lesson that makes a client uses it: `max_retries=0`.",
    ),
    solution='''
from anthropic import Anthropic
from openai import OpenAI

def clients():
    """Return (OpenAI client, Anthropic client) that never ask again by themselves."""
    return OpenAI(max_retries=0), Anthropic(max_retries=0)
''',
    alternative='''
from anthropic import Anthropic
from openai import OpenAI

def clients():
    """From clients that exist already."""
    return OpenAI().with_options(max_retries=0), Anthropic().with_options(max_retries=0)
''',
    wrong=(
        Wrong(
            """
from anthropic import Anthropic
from openai import OpenAI

def clients():
    return OpenAI(), Anthropic()
""",
            "OpenAI: expected one request for one call, saw 3",
        ),
        Wrong(
            """
from anthropic import Anthropic
from openai import OpenAI

def clients():
    return OpenAI(max_retries=0), Anthropic()
""",
            "Anthropic: expected one request for one call, saw 3",
        ),
        Wrong(
            """
from anthropic import Anthropic
from openai import OpenAI

def clients():
    return OpenAI(max_retries=1), Anthropic(max_retries=1)
""",
            "saw 2 in an overload",
        ),
        Wrong(
            """
from openai import OpenAI

def clients():
    return OpenAI(max_retries=0)
""",
            "Expected two clients",
        ),
    ),
    praise="Now the number of tries is yours to decide, in one place.",
)


CASES = ((5, 0.5, 8.0), (6, 1.0, 5.0), (1, 1.0, 1.0))


def _check_waits(waits: Callable[[int, float, float], list[float]], lesson: "Lesson") -> None:
    for tries, base_s, cap_s in CASES:
        expected = [min(cap_s, base_s * 2**n) for n in range(tries - 1)]
        seen = waits(tries, base_s, cap_s)
        asked = f"waits({tries}, {base_s}, {cap_s})"
        if not isinstance(seen, list):
            raise Incorrect(f"{asked}: expected a list of seconds, saw {shorten(seen)} ({type(seen).__name__}).")
        expect(len(seen) != tries, f"{asked}: {tries} tries have {tries - 1} waits between them, saw {tries} waits.")
        expect(max(seen, default=0) <= cap_s, f"{asked}: expected no wait above {cap_s}, saw {max(seen, default=0)}.")
        expect(seen == expected, f"{asked}: expected {expected}, saw {shorten(seen)}.")


compute_waits = Exercise(
    id="waits",
    title="Exercise 2: how long to wait",
    task="Write `waits(tries, base_s, cap_s)`: the list of waits in seconds between so many tries, without jitter. The "
    "first is `base_s`, each next one twice as long, none longer than `cap_s`.",
    name="waits",
    check=_check_waits,
    starter='''
def waits(tries, base_s, cap_s):
    """Return the waits between the tries, in seconds."""
    ...
''',
    hints=(
        "After the last try nobody waits: three tries have two waits.",
        "The wait number n, counted from 0, is `base_s * 2**n`; `min(cap_s, …)` keeps it below the cap.",
    ),
    solution='''
def waits(tries, base_s, cap_s):
    """Return the waits between the tries, in seconds."""
    return [min(cap_s, base_s * 2**n) for n in range(tries - 1)]
''',
    alternative='''
def waits(tries, base_s, cap_s):
    """By doubling."""
    all_waits, wait = [], base_s
    while len(all_waits) < tries - 1:
        all_waits.append(min(wait, cap_s))
        wait *= 2
    return all_waits
''',
    wrong=(
        Wrong(
            """
def waits(tries, base_s, cap_s):
    return [min(cap_s, base_s * 2**n) for n in range(tries)]
""",
            "5 tries have 4 waits",
        ),
        Wrong(
            """
def waits(tries, base_s, cap_s):
    return [base_s * 2**n for n in range(tries - 1)]
""",
            "expected no wait above 5.0",
        ),
        Wrong(
            """
def waits(tries, base_s, cap_s):
    return [min(cap_s, base_s * (n + 1)) for n in range(tries - 1)]
""",
            "saw [0.5, 1.0, 1.5, 2.0]",
        ),
        Wrong(
            """
def waits(tries, base_s, cap_s):
    return (min(cap_s, base_s * 2**n) for n in range(tries - 1))
""",
            "expected a list of seconds",
        ),
    ),
    praise="Four waits of this kind cover 7.5 seconds. Most hiccups of providers are shorter.",
)


class _Scripted:
    """A call that fails with the given errors in turn and then answers, and a sleep that only takes notes."""

    def __init__(self, *errors: ProviderError) -> None:
        self._errors, self.asked = list(errors), 0
        self.slept: list[float] = []

    def ask(self) -> str:
        self.asked += 1
        if self.asked <= len(self._errors):
            raise self._errors[self.asked - 1]
        return "42"

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def _run(polite: Callable[..., Any], script: _Scripted) -> Any:
    """Run the learner's function; a ProviderError that it lets through is its outcome."""
    try:
        return polite(script.ask, script.sleep)
    except ProviderError as error:
        return error


def _check_polite(polite: Callable[..., Any], lesson: "Lesson") -> None:
    calm = _Scripted()
    seen = _run(polite, calm)
    expect(seen == "42", f"A call that answers at once: expected what `ask()` returned, '42', saw {shorten(seen)}.")
    for error in (AuthFailed("wrong key", status=401), BadRequest("no such model", status=404)):
        script = _Scripted(error, error, error, error, error)
        seen = _run(polite, script)
        expect(script.asked == 1, f"After {error.status} asking again is in vain: expected 1 call, saw {script.asked}.")
        expect(seen is error, f"After {error.status} the error must reach the caller, saw {shorten(seen)}.")
    script = _Scripted(Overloaded("busy", status=503), ConnectionLost("gone"), Overloaded("busy", status=503))
    seen = _run(polite, script)
    expect(seen == "42", f"Three hiccups, then an answer: expected it on the 4th try, saw {shorten(seen)}.")
    expect(len(script.slept) == 3, f"Expected a wait before each new try (3), saw {len(script.slept)} waits.")
    expect(script.slept[2] > script.slept[0] > 0, f"Expected waits that grow, saw {shorten(script.slept)}.")
    limited = _Scripted(RateLimited("slow down", status=429, retry_after_s=30.0))
    _run(polite, limited)
    expect(limited.slept and limited.slept[0] >= 30, f"Retry-After was 30 s, saw a wait of {shorten(limited.slept)}.")
    down = [Overloaded("down", status=503) for _ in range(50)]
    endless = _Scripted(*down)
    seen = _run(polite, endless)
    expect(endless.asked == 4, f"A provider that stays down: expected 4 tries in all, saw {endless.asked}.")
    expect(isinstance(seen, Overloaded), f"After the last try the error must reach the caller, saw {shorten(seen)}.")


retry_politely = Exercise(
    id="polite",
    title="Exercise 3: a polite retry",
    task="Write `polite(ask, sleep)`. It calls `ask()` up to 4 times and returns its answer. A `ProviderError` says in "
    "`.retryable` whether to ask again and in `.retry_after_s` (a number or None) how long to wait at least. Wait with "
    "`sleep(seconds)`, longer each time. When there is no hope, the error goes up to the caller.",
    name="polite",
    check=_check_polite,
    starter='''
def polite(ask, sleep):
    """Call ask() up to 4 times, with growing waits; obey Retry-After; never retry in vain."""
    ...
''',
    hints=(
        "Begin with `for failed in range(1, 5):` and `try: return ask()`.",
        "`except ProviderError as error:` then `if not error.retryable or failed == 4: raise`.",
        "The wait is `(error.retry_after_s or 0) + 0.1 * 2**failed`. Import ProviderError from stages.s2_llms.errors.",
    ),
    solution='''
from stages.s2_llms.errors import ProviderError

def polite(ask, sleep):
    """Call ask() up to 4 times, with growing waits; obey Retry-After; never retry in vain."""
    for failed in range(1, 5):
        try:
            return ask()
        except ProviderError as error:
            if not error.retryable or failed == 4:
                raise
            sleep((error.retry_after_s or 0) + 0.1 * 2**failed)
''',
    alternative='''
from stages.s2_llms.retry import RetryPolicy, call

def polite(ask, sleep):
    """With the reference version, its chance switched off so that the waits grow for certain."""
    return call(ask, RetryPolicy(tries=4), sleep=sleep, draw=lambda: 1.0)
''',
    wrong=(
        Wrong(
            """
def polite(ask, sleep):
    for failed in range(1, 5):
        try:
            return ask()
        except Exception as error:
            last = error
            sleep((getattr(error, "retry_after_s", 0) or 0) + 0.1 * 2**failed)
    raise last
""",
            "After 401 asking again is in vain",
        ),
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def polite(ask, sleep):
    for failed in range(1, 5):
        try:
            return ask()
        except ProviderError as error:
            if not error.retryable or failed == 4:
                raise
            sleep(0.1 * 2**failed)
""",
            "Retry-After was 30 s",
        ),
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def polite(ask, sleep):
    for failed in range(1, 5):
        try:
            return ask()
        except ProviderError as error:
            if not error.retryable:
                raise
            sleep((error.retry_after_s or 0) + 0.1 * 2**failed)
""",
            "the error must reach the caller, saw None",
        ),
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def polite(ask, sleep):
    for failed in range(1, 5):
        try:
            return ask()
        except ProviderError as error:
            if not error.retryable or failed == 4:
                raise
            sleep((error.retry_after_s or 0) + 0.5)
""",
            "Expected waits that grow",
        ),
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def polite(ask, sleep):
    failed = 0
    while True:
        try:
            return ask()
        except ProviderError as error:
            failed += 1
            if not error.retryable or failed == 10:
                raise
            sleep((error.retry_after_s or 0) + 0.1 * 2**failed)
""",
            "expected 4 tries in all, saw 10",
        ),
    ),
    praise="With chance in the waits (jitter) this is what production code looks like.",
)


def _check_stop(answer_all: Callable[[list[Callable[[], str]]], list[str | None]], lesson: "Lesson") -> None:
    from stages.s2_llms.chat import Chat, Message

    chat = Chat(lesson.providers["openai"], timeout_s=20)

    def question(number: int) -> Callable[[], str]:
        return lambda: chat.reply([Message("user", f"Hello number {number}")]).text

    with requests_during(lesson) as sent:
        calm = answer_all([question(n) for n in range(4)])
    expect(len(sent) == 4, f"A healthy provider and 4 questions: expected 4 requests, saw {len(sent)}.")
    good = isinstance(calm, list) and len(calm) == 4 and all(calm)
    expect(good, f"A healthy provider and 4 questions: expected 4 answers, saw {shorten(calm)}.")
    with requests_during(lesson) as sent:
        lesson.control.order("overloaded", count=1)
        hiccup = answer_all([question(n) for n in range(4)])
    answers = [text is not None for text in hiccup]
    expect(
        answers == [False, True, True, True],
        f"One hiccup, 4 questions: expected [None, …3 answers], saw {shorten(hiccup)}.",
    )
    with requests_during(lesson) as sent:
        lesson.control.order("overloaded", count=100)
        down = answer_all([question(n) for n in range(12)])
    expect(
        len(sent) < 12, "An outage and 12 questions: expected 3 requests, saw 12: stop after three failures in a row."
    )
    expect(len(sent) == 3, f"An outage and 12 questions: expected 3 requests, saw {len(sent)}.")
    expect(down == [None] * 12, f"Expected a None for each of the 12 questions, saw {shorten(down)}.")


stop_in_time = Exercise(
    id="stop",
    title="Exercise 4: build a switch",
    task="Write `answer_all(asks)`. It calls each function of the list once and returns a list of the same length: the "
    "answer, or None where a `ProviderError` was raised. After three failures **in a row** it sends nothing more, and "
    "the rest are None.",
    name="answer_all",
    check=_check_stop,
    starter='''
def answer_all(asks):
    """Return an answer or None for each; after three failures in a row, stop asking."""
    ...
''',
    hints=(
        "Keep a counter of failures in a row: one more on a failure, back to 0 on an answer.",
        "Before each call: if the counter has reached 3, append None and go on without calling.",
    ),
    solution='''
from stages.s2_llms.errors import ProviderError

def answer_all(asks):
    """Return an answer or None for each; after three failures in a row, stop asking."""
    answers, failed = [], 0
    for ask in asks:
        answer = None
        if failed < 3:
            try:
                answer, failed = ask(), 0
            except ProviderError:
                failed += 1
        answers.append(answer)
    return answers
''',
    alternative='''
from stages.s2_llms.breaker import CircuitBreaker
from stages.s2_llms.errors import ProviderError

def answer_all(asks):
    """With the reference circuit breaker: while it is open, its error is raised without a request."""
    breaker, answers = CircuitBreaker(failures=3, rest_s=3600), []
    for ask in asks:
        try:
            answers.append(breaker.call(ask))
        except ProviderError:
            answers.append(None)
    return answers
''',
    wrong=(
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def answer_all(asks):
    answers = []
    for ask in asks:
        try:
            answers.append(ask())
        except ProviderError:
            answers.append(None)
    return answers
""",
            "saw 12: stop after three failures",
        ),
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def answer_all(asks):
    answers, failed = [], 0
    for ask in asks:
        try:
            answers.append(ask())
        except ProviderError:
            answers.append(None)
            failed += 1
            if failed == 3:
                break
    return answers
""",
            "Expected a None for each of the 12",
        ),
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def answer_all(asks):
    answers, down = [], False
    for ask in asks:
        try:
            answers.append(None if down else ask())
        except ProviderError:
            answers.append(None)
            down = True
    return answers
""",
            "One hiccup, 4 questions",
        ),
        Wrong(
            """
def answer_all(asks):
    return [ask() for ask in asks[:3]] + [None] * (len(asks) - 3)
""",
            "saw 3",
        ),
    ),
    praise="This is a circuit breaker without its third state. What should happen ten minutes later?",
)

quiz = Quiz(
    (
        Question(
            "Your code tries 4 times around an SDK that tries 3 times. How many requests can one failing call become?",
            ("7", "12", "4"),
            "b",
            "Each of the four tries is three requests. Choose one place for retries.",
            "Each try of yours is a whole call of the SDK.",
        ),
        Question(
            "Which of these is worth a second try?",
            ("401, the key is wrong.", "404, no such model.", "503, the provider is overloaded."),
            "c",
            "Only this one can be different in a moment.",
            "Which of them may have changed by itself after a second?",
        ),
        Question(
            "Why does jitter help when the waits already double?",
            (
                "It makes the waits longer.",
                "Clients that failed together do not come back together.",
                "It satisfies Retry-After.",
            ),
            "b",
            "Doubling spreads the tries of one client; chance spreads the clients.",
            "Look at the two histograms: what is different about the waves?",
        ),
        Question(
            "The provider answers 429 with Retry-After: 20. Your back-off says 2 seconds. How long do you wait?",
            ("20 seconds and a little more.", "2 seconds.", "22 minutes."),
            "a",
            "Before that you will be refused for certain; the little more keeps the herd apart.",
            "Who knows better when there is room again?",
        ),
        Question(
            "All calls of your program have been failing for a minute. What protects the provider and your users best?",
            ("More tries for each call.", "A shorter back-off.", "A circuit breaker."),
            "c",
            "It sends almost nothing, and your users hear at once that they should come back later.",
            "Compare the three bars of the last plot.",
        ),
    )
)

EXERCISES = (one_request, compute_waits, retry_politely, stop_in_time, quiz)
