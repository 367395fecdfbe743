"""What the practice model notes before its answer, where thinking was asked for: which skill answered, and on what.

The notes are honest and short: the name of a mechanism and the numbers that it decided by, before it what the reasoner
checked (reasoner.py). Nothing is reasoned here, the answer is ready before the notes are written. What real models
do at this place: https://platform.claude.com/docs/en/build-with-claude/extended-thinking
"""

from collections.abc import Callable, Mapping, Sequence

from ..core import Thinking, ToolCall
from . import calling, obeying, skills, tokens
from .answer import Answer
from .identity import digest, fingerprint
from .reading import Reading

_UNASKED = 2_048  # tokens of notes that the reasoner makes unasked


def note(
    skill: skills.Skill, said: skills.Said, reading: Reading, limit: int, checked: Sequence[str] = ()
) -> tuple[Thinking, ...]:
    """Give the notes, in at most `limit` tokens, with what was `checked`; none where they were not asked for.

    The reasoner always makes them: they cost its tokens also where they are not shown, as vendors' do.
    """
    budget = reading.ask.thinking
    if budget is None and reading.mind.checks:
        budget = _UNASKED
    told = "\n".join([*checked, _ABOUT[skill](reading, said)])
    text = tokens.cut(told, min(budget, limit)) if budget is not None else ""
    return (Thinking(text, digest(fingerprint(reading.ask), "notes")),) if text else ()


def _likeness(reading: Reading) -> str:
    return "by meaning (cosine of sentence embeddings)" if reading.mind.meanings else "by the words that they share"


def _hijacked(reading: Reading, said: skills.Said) -> str:
    return obeying.weighed(reading)


def _declined(reading: Reading, said: skills.Said) -> str:
    return "A pattern found a kind of request that is refused."


def _rewrote(reading: Reading, said: skills.Said) -> str:
    return "A prompt and its failures stand here. I add what is missing and the failures as examples."


def _judged(reading: Reading, said: skills.Said) -> str:
    return f"I compared the answer with the reference {_likeness(reading)}, its words with the rubric, and its length."


def _repeated(reading: Reading, said: skills.Said) -> str:
    return "The request says which words to answer with, so I copy them."


def _called(reading: Reading, said: skills.Said) -> str:
    offered = ", ".join(tool.name for tool in reading.ask.tools)
    compared = f"I compared the request with the descriptions of the tools ({offered}) {_likeness(reading)}."
    if isinstance(said, Answer):
        return f"{compared} The nearest one needs an argument for which the text has no evidence, so I ask."
    called = ", ".join(block.name for block in said or () if isinstance(block, ToolCall))
    return f"{compared} I call {called}, with arguments that are copied from the text."


def _filled(reading: Reading, said: skills.Said) -> str:
    return "JSON is wanted. I fill each field of its form with a value of the right type that stands in the text."


def _told(reading: Reading, said: skills.Said) -> str:
    return f"Tools have answered {len(reading.results)} call(s). I copy from their answers what the question asks for."


def _labelled(reading: Reading, said: skills.Said) -> str:
    return f"The prompt names labels. I compared the text with each of them and its examples {_likeness(reading)}."


def _described(reading: Reading, said: skills.Said) -> str:
    return "I know the fingerprint of the picture, so I copy what my table says of it. I did not look at anything."


def _summarised(reading: Reading, said: skills.Said) -> str:
    return f"A summary is wanted. I keep the sentences that are nearest to all others of {_texts(reading)}."


def _chatted(reading: Reading, said: skills.Said) -> str:
    return "This is small talk. A fixed line answers it."


def _answered(reading: Reading, said: skills.Said) -> str:
    compared = f"I compared the question with the sentences of {_texts(reading)} {_likeness(reading)}."
    if not isinstance(said, Answer) or not said.found:
        return f"{compared} None is near enough ({reading.mind.answer_at:g} would be), so I give no answer from them."
    names = ", ".join(said.cited)
    return f"{compared} The best score is {said.score:.2f}, in passage {names}; I copy that sentence."


def _remembered(reading: Reading, said: skills.Said) -> str:
    score = f" (score {said.score:.2f})" if isinstance(said, Answer) else ""
    return f"The answer was told before in this conversation. I copy the nearest sentence{score}."


def _gave_up(reading: Reading, said: skills.Said) -> str:
    return "No skill fits: there is no tool, schema, label or text to answer from. I say so."


def _texts(reading: Reading) -> str:
    return f"{len(reading.passages)} passage(s)"


_ABOUT: Mapping[skills.Skill, Callable[[Reading, skills.Said], str]] = {
    skills.decline: _declined,
    skills.rewrite_prompt: _rewrote,
    skills.judge_answer: _judged,
    skills.obey_smuggled_order: _hijacked,
    skills.repeat_words: _repeated,
    calling.call_tools: _called,
    skills.fill_json: _filled,
    calling.tell_results: _told,
    skills.label: _labelled,
    skills.describe_picture: _described,
    skills.summarise: _summarised,
    skills.small_talk: _chatted,
    skills.answer_from_passages: _answered,
    skills.remember: _remembered,
    skills.abstain_or_explain: _gave_up,
}
