"""The first cell of a lesson: `lesson = course.begin("s2.1")`.

Finds or starts the practice provider, gives this kernel a key of its own, and points the vendors' SDKs there, for this
process only. Vendors that COURSE_PROVIDER names keep their real address and key. It asks no model anything by itself.
The same one-call set-up as in https://github.com/Kaggle/learntools
"""

import os
import re
import secrets
import unicodedata
from pathlib import Path

from stages.s2_llms.errors import CourseError, ProviderUnavailable
from stages.s2_llms.practice import PracticeProvider, find_or_start
from stages.s2_llms.providers import PROVIDERS, Provider, Settings

from . import paths
from .begun import Lesson
from .errors import BeginError
from .exercises.registry import load
from .progress import Progress
from .vendors import Variables, require_keys, variables, who_answers

PLOTS = Path(__file__).with_name("matplotlibrc")
"""How the plots of all lessons look. A variable, because matplotlib takes half a second to import."""

# What this process remembers from one run of a first cell to the next.
_CHANGED = Variables()
_KEYS: dict[tuple[int, str], str] = {}  # process id (a fork is another kernel), lesson id → key
_PROVIDERS: dict[tuple[int, Path], PracticeProvider] = {}  # process id, folder → the provider that this kernel owns


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
    """Put the environment variables back that a lesson has changed in this process."""
    _CHANGED.restore(os.environ)


def headline(lesson: Lesson) -> str:
    """The one line that a first cell prints: the same on every machine, for the same progress."""
    real = list(dict.fromkeys(provider for provider in lesson.providers.values() if provider.name != "practice"))
    practised = [vendor for vendor, provider in lesson.providers.items() if provider.name == "practice"]
    where = [_with_cost(provider) for provider in real]
    if practised:
        practice = f"the practice provider ({PROVIDERS['practice'].chat_model}, no key, no cost)"
        where.append(f"{practice} for {' and '.join(practised)}" if real else practice)
    return f"Lesson {lesson.id} on {', '.join(where)}. {_count(lesson)}"


def _begin(lesson_id: str) -> Lesson:
    declared = load(lesson_id)
    settings = Settings.from_env(os.environ)
    providers = who_answers(settings.real, settings.local)
    require_keys(providers, _CHANGED.without(os.environ))
    practice = _practice(settings.provider_home, PROVIDERS[settings.local].brain)
    key = _key(lesson_id, settings.learner or "learner")
    control = practice.key(key)
    control.reset()
    _CHANGED.restore(os.environ)  # only now: a lesson that can't begin again must not fall back on a learner's real key
    _CHANGED.change(os.environ, variables(providers, control, os.environ) | {"MATPLOTLIBRC": str(PLOTS)})
    return Lesson(lesson_id, key, providers, practice, Progress(paths.home(os.environ)), declared)


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


def _count(lesson: Lesson) -> str:
    return f"{lesson.solved()} of {len(lesson.declared)} exercises solved."
