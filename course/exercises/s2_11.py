"""The exercises of lesson s2.11, "Where it will really run": a new door, a fresh token, a fall-over, a re-test.

What an answer does is seen at the practice provider or with scripted stand-ins; no cloud account is needed.
Source of the idea that a platform is a row: https://12factor.net/backing-services
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from stages.s2_llms.errors import AuthFailed, Overloaded, ProviderError, RateLimited
from stages.s2_llms.providers import PROVIDERS

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, requests_during, shorten

if TYPE_CHECKING:
    from course.begun import Lesson


def _check_foundry(ask_foundry: Callable[..., Any], lesson: "Lesson") -> None:
    base_url = f"{lesson.control.url}/foundry/anthropic"
    with requests_during(lesson) as sent:
        text = ask_foundry("Where is the boiler?", base_url, lesson.key, PROVIDERS["practice"].chat_model)
    expect(sent, "Expected one request at the provider, saw none: make the client and ask inside the function.")
    last = sent[-1]
    expect(last.vendor == "foundry", f"Expected the request at Foundry, it arrived at {last.vendor} ({last.route}).")
    expect(len(sent) == 1, f"Expected one request, saw {len(sent)}.")
    expect(isinstance(text, str), f"Expected the answer's text, saw {shorten(text)} ({type(text).__name__}).")
    expect(text.strip(), "Expected the answer's text, saw an empty one.")
    expect("boiler" in str(last.body), f"The question did not arrive: the body was {shorten(last.body)}.")


another_door = Exercise(
    id="foundry",
    title="Exercise 1: through another door",
    task="Write `ask_foundry(question, base_url, key, model)`: it asks Claude on Microsoft Foundry and returns the "
    "text of the answer. `base_url` is Foundry's address for Anthropic's API.",
    name="ask_foundry",
    check=_check_foundry,
    starter='''
def ask_foundry(question, base_url, key, model):
    """Ask Claude on Foundry; return the text of the answer."""
    ...
''',
    hints=(
        "Anthropic's SDK has a client for each platform; this one is `anthropic.AnthropicFoundry`.",
        "`AnthropicFoundry(base_url=base_url, api_key=key)`, and then everything as with Anthropic itself.",
        "`reply = client.messages.create(model=model, max_tokens=200, messages=[…])`, then `reply.content[0].text`.",
    ),
    solution='''
from anthropic import AnthropicFoundry

def ask_foundry(question, base_url, key, model):
    """Ask Claude on Foundry; return the text of the answer."""
    client = AnthropicFoundry(base_url=base_url, api_key=key, max_retries=0)
    turns = [{"role": "user", "content": question}]
    reply = client.messages.create(model=model, max_tokens=200, messages=turns)
    return reply.content[0].text
''',
    alternative='''
from anthropic import AnthropicFoundry

def ask_foundry(question, base_url, key, model):
    """With a token in place of the key, as an Entra ID login would give one, and streamed."""
    client = AnthropicFoundry(base_url=base_url, azure_ad_token_provider=lambda: key)
    turns = [{"role": "user", "content": question}]
    with client.messages.stream(model=model, max_tokens=200, messages=turns) as stream:
        return "".join(stream.text_stream)
''',
    wrong=(
        Wrong(
            """
from anthropic import Anthropic

def ask_foundry(question, base_url, key, model):
    turns = [{"role": "user", "content": question}]
    reply = Anthropic(max_retries=0).messages.create(model=model, max_tokens=200, messages=turns)
    return reply.content[0].text
""",
            "it arrived at anthropic",
        ),
        Wrong(
            """
from anthropic import AnthropicFoundry

def ask_foundry(question, base_url, key, model):
    client = AnthropicFoundry(base_url=base_url, api_key=key, max_retries=0)
    turns = [{"role": "user", "content": question}]
    return client.messages.create(model=model, max_tokens=200, messages=turns)
""",
            "Expected the answer's text, saw",
        ),
        Wrong(
            """
from openai import OpenAI

def ask_foundry(question, base_url, key, model):
    client = OpenAI(base_url=base_url, api_key=key, max_retries=0)
    turns = [{"role": "user", "content": question}]
    reply = client.chat.completions.create(model=model, messages=turns)
    return reply.choices[0].message.content
""",
            "Your code raised NotFoundError",
        ),
        Wrong(
            """
from anthropic import AnthropicFoundry

def ask_foundry(question, base_url, key, model):
    client = AnthropicFoundry(base_url=base_url, api_key="my-key", max_retries=0)
    turns = [{"role": "user", "content": question}]
    reply = client.messages.create(model=model, max_tokens=200, messages=turns)
    return reply.content[0].text
""",
            "Your code raised AuthenticationError",
        ),
    ),
    praise="The same call as with Anthropic itself: only the client's line knows where it runs.",
)


class _Desk:
    """Hands out tokens that live for an hour, and has the clock that goes with them."""

    def __init__(self) -> None:
        self.time_s, self.handed_out = 0.0, 0

    def now(self) -> float:
        return self.time_s

    def fetch(self) -> tuple[str, float]:
        self.handed_out += 1
        return f"token-{self.handed_out}", self.time_s + 3600


def _check_token(keep_fresh: Callable[..., Any], lesson: "Lesson") -> None:
    desk = _Desk()
    token = keep_fresh(desk.fetch, desk.now)
    expect(callable(token), f"Expected a function that gives a token, saw {shorten(token)}.")
    first = token()
    expect(isinstance(first, str), f"Expected the token alone, a string, saw {shorten(first)}.")
    again = [token() for _ in range(9)]
    expect(desk.handed_out == 1, f"Ten calls in one second: expected 1 fetch, saw {desk.handed_out}.")
    expect(again == [first] * 9, f"Ten calls in one second: expected the same token, saw {shorten(again)}.")
    desk.time_s = 3600 - 90
    expect(token() == first, "90 seconds before its end the token is still good: expected no fetch yet.")
    desk.time_s = 3600 - 30
    seen = token()
    expect(seen == "token-2", f"30 seconds before its end: expected a new token, saw {seen!r}.")
    desk.time_s = 3600 + 60
    expect(token() == "token-2", "The second token has most of its hour left: expected no third fetch.")
    desk.time_s = 4 * 3600
    expect(token() == "token-3", f"After a long rest: expected a new token, saw {token()!r}.")


fresh_token = Exercise(
    id="token",
    title="Exercise 2: a token that is always fresh",
    task="Write `keep_fresh(fetch, now)`. It returns a function without arguments that returns a token. `fetch()` "
    "gives a pair, a token and the second in which it ends; `now()` gives the present second. Fetch only when there is "
    "no token yet, or when the one in hand ends in less than 60 seconds.",
    name="keep_fresh",
    check=_check_token,
    starter='''
def keep_fresh(fetch, now):
    """Return a function that gives a token, and renews it 60 seconds before it ends."""
    ...
''',
    hints=(
        "The inner function must remember something between two calls: a dict, or `nonlocal`.",
        '`held = {"token": None, "ends": 0.0}`, and inside: `if now() > held["ends"] - 60:` fetch.',
        "Return the inner function itself, without calling it: the SDK will call it before each request.",
    ),
    solution='''
def keep_fresh(fetch, now):
    """Return a function that gives a token, and renews it 60 seconds before it ends."""
    token, ends = None, 0.0

    def fresh():
        nonlocal token, ends
        if token is None or now() > ends - 60:
            token, ends = fetch()
        return token

    return fresh
''',
    alternative='''
class _Held:
    def __init__(self, fetch, now):
        self.fetch, self.now, self.held = fetch, now, None

    def __call__(self):
        if self.held is None or self.held[1] - self.now() < 60:
            self.held = self.fetch()
        return self.held[0]

def keep_fresh(fetch, now):
    """The same as an object that can be called."""
    return _Held(fetch, now)
''',
    wrong=(
        Wrong(
            """
def keep_fresh(fetch, now):
    return lambda: fetch()[0]
""",
            "expected 1 fetch, saw 10",
        ),
        Wrong(
            """
def keep_fresh(fetch, now):
    token, ends = fetch()
    return lambda: token
""",
            "30 seconds before its end: expected a new token",
        ),
        Wrong(
            """
def keep_fresh(fetch, now):
    token, ends = None, 0.0
    def fresh():
        nonlocal token, ends
        if token is None or now() > ends - 600:
            token, ends = fetch()
        return token
    return fresh
""",
            "expected no fetch yet",
        ),
        Wrong(
            """
def keep_fresh(fetch, now):
    return fetch()[0]
""",
            "Expected a function that gives a token",
        ),
        Wrong(
            """
def keep_fresh(fetch, now):
    held = fetch()
    return lambda: held
""",
            "Expected the token alone",
        ),
    ),
    praise="The platforms' own login libraries do exactly this. Now you know what to look for when one does not.",
)


class _Door:
    """A way to ask that answers, or fails, and counts how often it was asked."""

    def __init__(self, region: str, says: str | ProviderError) -> None:
        self.region, self.says, self.asked = region, says, 0

    def ask(self, question: str) -> str:
        self.asked += 1
        if isinstance(self.says, ProviderError):
            raise self.says
        return self.says


def _run(fall_over: Callable[..., Any], doors: list[_Door], allowed: set[str]) -> Any:
    """Run the learner's function; a ProviderError that it lets through is its outcome."""
    try:
        return fall_over([(door.region, door.ask) for door in doors], "How long?", allowed)
    except ProviderError as error:
        return error


def _check_fall_over(fall_over: Callable[..., Any], lesson: "Lesson") -> None:
    first, second = _Door("eu", "two days"), _Door("eu", "three days")
    seen = _run(fall_over, [first, second], {"eu"})
    expect(seen == "two days", f"The first door answers 'two days': expected that, saw {shorten(seen)}.")
    expect(second.asked == 0, "The first door answered: expected no request at the second.")
    for error in (Overloaded("down", status=503), RateLimited("slow down", status=429)):
        first = _Door("eu", error)
        seen = _run(fall_over, [first, second], {"eu"})
        expect(seen == "three days", f"{error.status} at the first door: expected 'three days', saw {shorten(seen)}.")
        expect(first.asked == 1, f"{error.status} at the first door: expected 1 request there, saw {first.asked}.")
    far = _Door("us", "from far away")
    seen = _run(fall_over, [first, far, second], {"eu", "uk"})
    expect(far.asked == 0, "Only eu and uk are allowed: a customer's words were sent to us.")
    expect(seen == "three days", f"The second allowed door answers: expected 'three days', saw {shorten(seen)}.")
    wrong_key, spare = _Door("eu", AuthFailed("wrong key", status=401)), _Door("eu", "three days")
    seen = _run(fall_over, [wrong_key, spare], {"eu"})
    expect(seen is wrong_key.says, f"A wrong key is yours to mend, no outage: expected the error, saw {shorten(seen)}.")
    last = _Door("uk", Overloaded("down as well", status=503))
    seen = _run(fall_over, [first, far, last], {"eu", "uk"})
    expect(seen is last.says, f"Every allowed door is down: expected the last door's error, saw {shorten(seen)}.")


fall_over = Exercise(
    id="fall-over",
    title="Exercise 3: fall over, but not across the border",
    task="Write `fall_over(doors, question, allowed)`. `doors` is a list of pairs, a region and a function "
    "`ask(question)`; `allowed` is a set of regions. Ask the allowed doors in turn and return the first answer. Go on "
    "to the next door only after a `ProviderError` that is `.retryable`; every other error, and the last door's, goes "
    "up to the caller.",
    name="fall_over",
    check=_check_fall_over,
    starter='''
def fall_over(doors, question, allowed):
    """Return the answer of the first allowed door that answers."""
    ...
''',
    hints=(
        "First make the list of the doors that may be asked at all: `[ask for region, ask in doors if …]`.",
        "`try: return ask(question)`, `except ProviderError as error:`; go on only `if error.retryable`.",
        "Know the last door by its number: `for number, ask in enumerate(asks, 1)` and `number == len(asks)`.",
    ),
    solution='''
from stages.s2_llms.errors import ProviderError

def fall_over(doors, question, allowed):
    """Return the answer of the first allowed door that answers."""
    asks = [ask for region, ask in doors if region in allowed]
    for number, ask in enumerate(asks, 1):
        try:
            return ask(question)
        except ProviderError as error:
            if not error.retryable or number == len(asks):
                raise
''',
    alternative='''
from stages.s2_llms.errors import ProviderError

def fall_over(doors, question, allowed):
    """The same by calling itself with the doors that are left."""
    (ask, *others) = [ask for region, ask in doors if region in allowed]
    try:
        return ask(question)
    except ProviderError as error:
        if not error.retryable or not others:
            raise
        return fall_over([("here", other) for other in others], question, {"here"})
''',
    wrong=(
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def fall_over(doors, question, allowed):
    for number, (region, ask) in enumerate(doors, 1):
        try:
            return ask(question)
        except ProviderError as error:
            if not error.retryable or number == len(doors):
                raise
""",
            "a customer's words were sent to us",
        ),
        Wrong(
            """
def fall_over(doors, question, allowed):
    for region, ask in doors:
        if region in allowed:
            try:
                return ask(question)
            except Exception as error:
                last = error
    raise last
""",
            "A wrong key is yours to mend",
        ),
        Wrong(
            """
from stages.s2_llms.errors import ProviderError

def fall_over(doors, question, allowed):
    for region, ask in doors:
        if region in allowed:
            try:
                return ask(question)
            except ProviderError as error:
                if not error.retryable:
                    raise
""",
            "expected the last door's error, saw None",
        ),
        Wrong(
            """
def fall_over(doors, question, allowed):
    answers = [ask(question) for region, ask in doors if region in allowed]
    return answers[0]
""",
            "expected no request at the second",
        ),
        Wrong(
            """
def fall_over(doors, question, allowed):
    asks = [ask for region, ask in doors if region in allowed]
    return asks[0](question)
""",
            "503 at the first door: expected 'three days'",
        ),
    ),
    praise="Order, region, and which errors count: a fall-over is these three decisions and nothing more.",
)


RUNS: tuple[tuple[Mapping[str, Any], Mapping[str, Any], list[str]], ...] = (
    ({"stop": "stop", "text": "Wait."}, {"stop": "stop", "text": "Wait."}, []),
    ({"stop": "stop", "key": 401, "text": "Wait."}, {"text": "Wait.", "key": 403, "stop": "end_turn"}, ["key", "stop"]),
    ({"text": "Wait.", "moderation": "safe"}, {"text": "Wait."}, ["moderation"]),
    ({"text": "Wait."}, {"text": "Wait.", "trace": "on"}, ["trace"]),
    ({"text": "", "cached": None}, {"text": ""}, ["cached"]),
)


def _check_retest(to_retest: Callable[..., Any], lesson: "Lesson") -> None:
    for before, after, expected in RUNS:
        seen = to_retest(dict(before), dict(after))
        asked = f"to_retest({before}, {after})"
        if not isinstance(seen, list):
            raise Incorrect(f"{asked}: expected a list of names, saw {shorten(seen)} ({type(seen).__name__}).")
        lost = sorted(set(expected) - set(seen))
        expect(not lost, f"{asked}: expected {expected}, saw {shorten(seen)}; missing: {', '.join(map(str, lost))}.")
        expect(len(seen) == len(expected), f"{asked}: expected {expected}, saw more: {shorten(seen)}.")
        expect(seen == expected, f"{asked}: expected them sorted, {expected}, saw {shorten(seen)}.")


retest = Exercise(
    id="retest",
    title="Exercise 4: what must be tested again",
    task="Write `to_retest(before, after)`: both are dicts from the name of a check to its outcome, on the old and on "
    "the new platform. Return the sorted list of the checks whose outcome is different, or that only one of them has.",
    name="to_retest",
    check=_check_retest,
    starter='''
def to_retest(before, after):
    """Return the sorted names of the checks that did not come out the same."""
    ...
''',
    hints=(
        "All names: `before.keys() | after.keys()` is a set of both.",
        "`before.get(name) != after.get(name)` is nearly right. What if an outcome is None, and missing on the other?",
        "`sorted(name for name in … if …)` is the list.",
    ),
    solution='''
def to_retest(before, after):
    """Return the sorted names of the checks that did not come out the same."""
    same = {name for name in before.keys() & after.keys() if before[name] == after[name]}
    return sorted((before.keys() | after.keys()) - same)
''',
    alternative='''
def to_retest(before, after):
    """With a loop."""
    names = []
    for name in sorted({**before, **after}):
        if name not in before or name not in after or before[name] != after[name]:
            names.append(name)
    return names
''',
    wrong=(
        Wrong(
            """
def to_retest(before, after):
    return sorted(name for name in before if name in after and before[name] != after[name])
""",
            "missing: moderation",
        ),
        Wrong(
            """
def to_retest(before, after):
    return sorted(name for name in before if before[name] != after.get(name))
""",
            "missing: trace",
        ),
        Wrong(
            """
def to_retest(before, after):
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]
""",
            "expected them sorted",
        ),
        Wrong(
            """
def to_retest(before, after):
    return sorted(name for name in before if before[name] == after.get(name))
""",
            "expected [], saw more",
        ),
        Wrong(
            """
def to_retest(before, after):
    return {name for name in {**before, **after} if before.get(name) != after.get(name)}
""",
            "expected a list of names",
        ),
        Wrong(
            """
def to_retest(before, after):
    return sorted(name for name in {**before, **after} if before.get(name) != after.get(name))
""",
            "missing: cached",
        ),
    ),
    praise="Run it in your tests against the old and the new platform, and the list writes itself.",
)

quiz = Quiz(
    (
        Question(
            "A program uses OpenAI's SDK. Which of these moves changes the fewest of its lines?",
            ("To Bedrock's Converse.", "To the v1 paths of Azure OpenAI.", "To Gemini on Vertex AI."),
            "b",
            "The language stays the same; only the address, the credential and the name of the model change.",
            "Look at which of the moves keeps the language of the calls.",
        ),
        Question(
            "What does a request to Bedrock carry that was signed with Signature Version 4?",
            (
                "The secret access key, encrypted.",
                "The id of the key and a signature; the secret stays with you.",
                "Only an API key in a header.",
            ),
            "b",
            "Whoever reads the request can neither repeat it later nor sign another one.",
            "Remember what we searched for in the bytes that were sent, and did not find.",
        ),
        Question(
            "Your code waits for status 401 to renew its credential. On which platform will it never do so?",
            ("Bedrock.", "Azure OpenAI.", "Vertex AI."),
            "a",
            "AWS tells an unknown key and a wrong signature with 403. The table of errors had it.",
            "Go back to the table of errors, row `wrong key`.",
        ),
        Question(
            "Your customers were promised that their words stay in Europe. The platform in Frankfurt is down. Now?",
            (
                "Fall over to any platform that answers: an answer matters most.",
                "Fall over to a platform in a region that the promise allows, or say 'please try later'.",
                "Retry Frankfurt for an hour.",
            ),
            "b",
            "An outage ends. A promise that was broken does not heal.",
            "What stood beside each door in the routing table, and what for?",
        ),
        Question(
            "The new platform offers a model with the same name as the old one. What do you run before you switch?",
            (
                "Nothing: the same name is the same model.",
                "One question by hand.",
                "The same checks on both, and you look at every difference.",
            ),
            "c",
            "Limits, error shapes, stop words, filters and versions belong to the platform, not to the model's name.",
            "Which of the ten checks came out differently although the same model stood behind both doors?",
        ),
    )
)

EXERCISES = (another_door, fresh_token, fall_over, retest, quiz)
