"""Answers a question from what was found: with citations that are checked, or not at all.

A model is asked only where something was found that is near enough (`least`). A citation of something that was not
shown is taken out and told, because a wrong source looks as good as a right one; figures that no cited passage holds
are told too (support.py). Whether a passage means what the answer says is not checked here.
Source: Gao et al., ALCE, https://arxiv.org/abs/2305.14627
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from stages.s2_llms.chat import Answer, Chat, Message
from stages.s2_llms.prompts import load
from stages.s2_llms.retry import RetryPolicy, call

from .search import Hit, Search
from .support import unheld, without_marks

PROMPTS = Path(__file__).with_name("prompts")
NOT_FOUND = "The documents do not say."
SHOWN = 6  # chunks in a prompt
_MARK = re.compile(r"\s*\[(?P<ids>[^\[\]\n]{1,200})\](?!\()")


@dataclass(frozen=True)
class Grounded:
    """An answer and what it stands on. `found` is False where the documents do not say.

    `cited` are the hits that it names, in its order; `invented` are ids that it named and was never shown, `unheld`
    figures that no cited hit holds. `answer` is None where no model was asked.
    """

    text: str
    found: bool
    cited: tuple[Hit, ...] = ()
    invented: tuple[str, ...] = ()
    unheld: tuple[str, ...] = ()
    shown: tuple[Hit, ...] = ()
    answer: Answer | None = None


def ask(
    index: Search, chat: Chat, question: str, *, least: float = 0.0, shown: int = SHOWN, today: date | None = None
) -> Grounded:
    """Search, and answer from the best chunks; with no cosine of `least` or more, do not answer.

    Raises:
        ProviderError: the model, or the embedding model, did not answer.
    """
    return answer(chat, question, index.search(question, shown), least=least, today=today)


def answer(
    chat: Chat, question: str, hits: Sequence[Hit], *, least: float = 0.0, today: date | None = None
) -> Grounded:
    """Answer from these hits.

    Raises:
        ProviderError: the model did not answer.
    """
    if not hits or nearness(hits) < least:
        return Grounded(NOT_FOUND, found=False, shown=tuple(hits))
    day = (today or date.today()).isoformat()
    system = load("answer", folder=PROMPTS).render(today=day, not_found=NOT_FOUND)
    message = Message("user", f"{passages(hits)}\n\nQuestion: {question}")
    told = call(lambda: chat.reply([message], system=system), RetryPolicy())
    text, cited, invented = checked(told.text, hits)
    if NOT_FOUND.rstrip(".") in told.text:
        return Grounded(text, found=False, invented=invented, shown=tuple(hits), answer=told)
    words = without_marks(text, [hit.chunk.id for hit in cited])
    loose = unheld(words, [hit.chunk.told for hit in cited], question)
    return Grounded(text, True, cited, invented, loose, tuple(hits), told)


def nearness(hits: Sequence[Hit]) -> float:
    """How near the nearest hit is in meaning: the number by which it is decided whether to answer at all."""
    return max((hit.cosine for hit in hits if hit.cosine is not None), default=0.0)


def passages(hits: Sequence[Hit]) -> str:
    """The hits as documents of a prompt, each with its id, its titles and its day."""
    return "\n".join(_passage(hit) for hit in hits)


def _passage(hit: Hit) -> str:
    updated = f' updated="{hit.updated}"' if hit.updated else ""
    title = escape(hit.chunk.title)
    return f'<document id="{escape(hit.chunk.id)}" title="{title}"{updated}>\n{hit.chunk.text}\n</document>'


def checked(text: str, hits: Sequence[Hit]) -> tuple[str, tuple[Hit, ...], tuple[str, ...]]:
    """The text without invented citations, the hits that it cites, and what was invented."""
    known = {hit.chunk.id: hit for hit in hits}
    cited: dict[str, Hit] = {}
    invented: dict[str, None] = {}

    def kept(mark: re.Match[str]) -> str:
        ids = [one.strip() for one in re.split(r"[,;]", mark["ids"])]
        if not any(one in known or "#" in one for one in ids):
            return mark[0]  # brackets that are no citation
        cited.update({one: known[one] for one in ids if one in known})
        invented.update(dict.fromkeys(one for one in ids if one not in known))
        return "".join(f" [{one}]" for one in ids if one in known)

    return _MARK.sub(kept, text), tuple(cited.values()), tuple(invented)
