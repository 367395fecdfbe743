"""The first cell of a lesson: `lesson = course.begin("s2.1")`.

Finds or starts the practice provider, gives this kernel a key of its own, and points the vendors' SDKs there, for this
process only. Vendors that COURSE_PROVIDER names keep their real address and key, and what they bill is counted and
limited (COURSE_MAX_USD). It asks no model anything by itself.
The same one-call set-up as in https://github.com/Kaggle/learntools
"""

import os
import re
import secrets
import unicodedata
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stages.s2_llms.errors import CourseError, ProviderUnavailable, SettingsError
from stages.s2_llms.practice import Control, PracticeProvider, find_or_start
from stages.s2_llms.providers import PROVIDERS, Provider, Settings

from . import paths
from .begun import Lesson
from .errors import BeginError
from .exercises.registry import load
from .progress import Progress
from .vendors import Variables, require_keys, variables, who_answers

if TYPE_CHECKING:
    from .spending import Meter

PLOTS = Path(__file__).with_name("matplotlibrc")
"""How the plots of all lessons look. A variable, because matplotlib takes half a second to import."""

# What this process remembers from one run of a first cell to the next.
_CHANGED = Variables()
_KEYS: dict[tuple[int, str], str] = {}  # process id (a fork is another kernel), lesson id → key
_PROVIDERS: dict[tuple[int, Path], PracticeProvider] = {}  # process id, folder → the provider that this kernel owns
_METERED = ExitStack()  # ends the count of the lesson before


def begin(lesson_id: str) -> Lesson:
    """Begin a lesson, or begin it again: its key's faults, limits and journal are cleared each time.

    Raises:
        BeginError: no such lesson, a variable with a wrong value, a missing key, or no practice provider.
    """
    try:
        lesson = _begin(lesson_id)
    except CourseError as exc:
        raise BeginError(f"The lesson could not begin. {exc}") from exc
    print(headline(lesson))
    return lesson


def leave() -> None:
    """Put back what a lesson has changed in this process: environment variables, the count of what is spent."""
    _CHANGED.restore(os.environ)
    _METERED.close()


def headline(lesson: Lesson) -> str:
    """What a first cell prints: on the practice provider one line, the same on every machine for the same progress."""
    real = list(dict.fromkeys(provider for provider in lesson.providers.values() if provider.name != "practice"))
    practised = [vendor for vendor, provider in lesson.providers.items() if provider.name == "practice"]
    where = [_with_cost(provider) for provider in real]
    if practised:
        practice = f"the practice provider ({PROVIDERS['practice'].chat_model}, no key, no cost)"
        where.append(f"{practice} for {' and '.join(practised)}" if real else practice)
    return f"Lesson {lesson.id} on {', '.join(where)}. {_count(lesson)}{_money(lesson)}"


def _begin(lesson_id: str) -> Lesson:
    declared = load(lesson_id)
    settings = Settings.from_env(os.environ)
    providers = who_answers(settings.real, settings.local)
    require_keys(providers, _CHANGED.without(os.environ))
    practice = _practice(settings.provider_home, PROVIDERS[settings.local].brain)
    key = _key(lesson_id, settings.learner or "learner")
    control = practice.key(key)
    control.reset()
    point = partial(_point, control)
    point(providers)  # only now: a lesson that can't begin again must not fall back on a learner's real key
    meter = _meter(practice.url) if settings.real else None
    home = paths.home(os.environ)
    local = PROVIDERS[settings.local]
    return Lesson(lesson_id, key, providers, practice, Progress(home), declared, local, point, meter, home)


def _point(control: Control, providers: Mapping[str, Provider]) -> None:
    """Point the vendors' SDKs at these providers, by the variables of this process."""
    _CHANGED.restore(os.environ)
    _CHANGED.change(os.environ, variables(providers, control, os.environ) | {"MATPLOTLIBRC": str(PLOTS)})


def _meter(own: str) -> "Meter":
    """Count, from now on, what this process spends at real providers."""
    from .spending import MAX_USD, VARIABLE, Meter, watch  # with an HTTP library, which practice does not need

    said = os.environ.get(VARIABLE)
    try:
        meter = Meter(float(said) if said else MAX_USD, own)
    except ValueError:
        raise SettingsError(f"{VARIABLE} is {said!r}: write a number of US dollars, such as 0.50.") from None
    _METERED.close()
    _METERED.callback(watch(meter))
    return meter


def _practice(home: Path, brain: str | None) -> PracticeProvider:
    known = _PROVIDERS.get((os.getpid(), home))
    if known and known.healthy():
        return known
    try:
        started = _PROVIDERS[os.getpid(), home] = find_or_start(home, owner_pid=os.getpid(), brain=brain)
    except ProviderUnavailable as exc:
        logs = ", ".join(str(path) for path in sorted(home.glob("*.log"))) or "none was written"
        fix = f"Its log: {logs}. `course doctor` looks for the cause; then run this cell again."
        raise ProviderUnavailable(f"{exc}\n{fix}") from exc
    return started


def _key(lesson_id: str, learner: str) -> str:
    """This kernel's own key for a lesson: the same lesson in another kernel gets another."""
    name = unicodedata.normalize("NFKD", learner).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40] or "learner"  # a key travels in an HTTP header
    pid = os.getpid()
    return _KEYS.setdefault((pid, lesson_id), f"practice-{lesson_id}-{name}-{pid}-{secrets.token_hex(4)}")


def _with_cost(provider: Provider) -> str:
    bill = "costs money on your account" if provider.costs_money else "no cost"
    return f"{provider.label} ({provider.chat_model}, {bill})"


def _money(lesson: Lesson) -> str:
    """A second line where calls cost money."""
    if lesson.meter is None:
        return ""
    from .estimate import cost_of

    usd = cost_of(lesson.id, lesson.providers)
    guess = "Nobody has counted yet what a run costs." if usd is None else f"A run costs about ${max(usd, 0.01):.2f}."
    return f"\n{guess} From ${lesson.meter.limit_usd:.2f} on (COURSE_MAX_USD), calls are refused."


def _count(lesson: Lesson) -> str:
    return f"{lesson.solved()} of {len(lesson.declared)} exercises solved."
