"""A lesson that has begun: its exercises, its models, and what it may order from the practice provider.

`course.begin` makes it; it reads nothing from the environment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from stages.s2_llms.practice import Control, PracticeProvider
from stages.s2_llms.providers import Provider

from .errors import NeedsPractice
from .exercises.exercise import Exercise
from .exercises.quiz import Quiz
from .exercises.task import Task
from .progress import Progress

if TYPE_CHECKING:
    from .spending import Meter


@dataclass
class Lesson:
    """One lesson in one kernel. `providers` says for each vendor's SDK who answers it.

    It changes in one way: `practise` takes it from a real provider to the practice provider.
    """

    id: str
    key: str
    providers: Mapping[str, Provider]
    practice: PracticeProvider
    progress: Progress
    declared: tuple[Exercise | Quiz, ...]
    local: Provider  # who answers on this machine
    point: Callable[[Mapping[str, Provider]], None] = field(repr=False)  # points the vendors' SDKs at these
    meter: "Meter | None" = field(default=None, repr=False)  # of the calls to real providers
    folder: Path = field(default=Path(), repr=False)  # everything the course keeps

    @cached_property
    def exercises(self) -> tuple[Task, ...]:
        """The exercises in their order, to be unpacked: `q1, q2, q3, quiz = lesson.exercises`."""
        names = [f"q{n}" if isinstance(e, Exercise) else e.id for n, e in enumerate(self.declared, 1)]
        return tuple(Task(e, name, self) for e, name in zip(self.declared, names, strict=True))

    @property
    def models(self) -> dict[str, str]:
        """The model for each vendor: `lesson.models["openai"]`."""
        return {vendor: provider.chat_model for vendor, provider in self.providers.items()}

    @property
    def small_models(self) -> dict[str, str]:
        """The smaller, cheaper model for each vendor."""
        return {vendor: provider.small_model for vendor, provider in self.providers.items()}

    @property
    def embedding_models(self) -> dict[str, str | None]:
        """The embedding model for each vendor; None where a vendor has none."""
        return {vendor: provider.embedding_model for vendor, provider in self.providers.items()}

    @property
    def spent_usd(self) -> float:
        """What this lesson's calls to real providers have cost since its first cell."""
        return self.meter.spent_usd if self.meter else 0.0

    @property
    def is_practice(self) -> bool:
        """Does the practice provider answer all vendors' SDKs?"""
        return all(provider.is_local for provider in self.providers.values())

    @property
    def control(self) -> Control:
        """What this lesson's key may order: faults, limits, the journal.

        Raises:
            NeedsPractice: a real provider answers, which takes no orders.
        """
        if not self.is_practice:
            real = " and ".join(dict.fromkeys(p.label for p in self.providers.values() if not p.is_local))
            raise NeedsPractice(
                f"This needs the practice provider, and the lesson runs on {real}. Run `lesson.practise()` and the "
                "cells that make your clients; or unset COURSE_PROVIDER, restart the kernel and run the first cell."
            )
        return self.practice.key(self.key)

    def practise(self) -> None:
        """From here on every vendor's SDK is answered by the practice provider, which takes orders.

        Nothing happens where it answers already. A client keeps the address that it was made with: make a new one.
        """
        if self.is_practice:
            return
        self.providers = dict.fromkeys(self.providers, self.local)
        self.point(self.providers)
        print(f"From here on {self.local.label} answers, at no cost: nobody can order a fault from a vendor.")

    def provider_answers(self) -> bool:
        """Is the practice provider there, as far as this lesson needs it?"""
        return not self.is_practice or self.practice.healthy()

    def home(self, name: str) -> Path:
        """A folder for what lessons keep from one to the next, as an index that took a while to make."""
        place = self.folder / "lessons" / name
        place.mkdir(parents=True, exist_ok=True)
        return place

    def solved(self) -> int:
        """How many of the lesson's exercises have been solved so far."""
        return len(self.progress.solved(self.id) & {e.id for e in self.declared})

    def __repr__(self) -> str:
        return f"Lesson {self.id}"
