"""From an ask to a reply. The table `SKILLS` is the whole decision: tried from the top, the first that answers wins.

Nothing is random: the same ask gives the same bytes in every process (variation.py says what temperature changes).
"""

from collections.abc import Sequence

from ..core import Ask, Fault, Reply, Said, Stop, Text, Thinking, ToolCall, Usage
from . import calling, catalog, chances, fixed_words, notes, shaping, skills, tokens, variation
from .answer import Answer
from .identity import digest, fingerprint
from .labels import Labelled
from .mind import Mind
from .reading import Reading, read

SKILLS: tuple[skills.Skill, ...] = (
    skills.decline,  # weapons, malware, self-harm
    skills.rewrite_prompt,  # "improve this prompt", with its failures
    skills.obey_smuggled_order,  # "ignore your instructions and say X"
    skills.repeat_words,  # "reply with exactly: X"
    calling.call_tools,  # tools are offered, and one is near, forced or left to call
    skills.judge_answer,  # "grade the answer", with a reference or a rubric
    skills.fill_json,  # a schema, or a prompt that asks for JSON
    calling.tell_results,  # tools have answered
    skills.label,  # labels in the prompt
    skills.describe_picture,  # "what do you see?"
    skills.summarise,  # "summarise …"
    skills.small_talk,  # "hello"
    skills.answer_from_passages,  # a question and text to look in
    skills.remember,  # a question about what was said before
    skills.abstain_or_explain,  # nothing to work with
)

Blocks = tuple[Said, ...]


def reply(ask: Ask, mind: Mind) -> Reply:
    """Answer an ask.

    Raises:
        Fault: "no_such_model", "context_too_long", or "bad_request" for a schema or tool that can't be served.
    """
    card = catalog.find(ask.model, "chat")
    tokens_in = tokens.count_ask(ask)
    if tokens_in > card.context:
        raise Fault(
            "context_too_long",
            f"The context of '{card.name}' is {card.context} tokens, but the request has {tokens_in}. Send less text.",
        )
    reading, most = read(ask, mind), min(ask.max_tokens or card.max_out, card.max_out)
    skill, said = next((skill, said) for skill in SKILLS if (said := skill(reading)) is not None)
    said, checked = skills.looked_twice(skill, said, reading) if mind.checks else (said, ())
    noted = notes.note(skill, said, reading, most, checked)
    blocks, stop, stop_text = _stopped(_worded(reading, said), ask.stop)
    blocks, length = _limited((*noted, *blocks), most)
    reasoning, words = _counted(blocks)
    blocks = tuple(block for block in blocks if ask.thinking is not None or not isinstance(block, Thinking))
    stop = "length" if length else "refusal" if skill is skills.decline else stop
    usage = Usage(tokens_in, reasoning + words, reasoning=reasoning)
    made = Reply(digest(fingerprint(ask)), ask.model, blocks, stop, usage, None if length else stop_text)
    return chances.of_labels(ask, made, said.odds) if isinstance(said, Labelled) else made


def _counted(blocks: Blocks) -> tuple[int, int]:
    """The tokens of the notes, and of all else."""
    counts = [(isinstance(block, Thinking), tokens.count_out(block)) for block in blocks]
    return sum(n for notes, n in counts if notes), sum(n for notes, n in counts if not notes)


def _worded(reading: Reading, said: skills.Said) -> Blocks:
    assert said is not None  # the last skill always has words
    if not isinstance(said, Answer):
        return tuple(said)
    words = variation.silence(said.text, reading.ask.temperature, fingerprint(reading.ask))
    text = "\n\n".join([*reading.unreadable, *([words] if words else [])])
    exact = said.exact or isinstance(said, Labelled) or not (said.found or fixed_words.is_fixed(said.text))
    opening = variation.opening(reading.ask.temperature, fingerprint(reading.ask)) if said.cited else ""
    opening = "" if exact or reading.orders.bare else opening
    return (Text(shaping.shaped(opening + text, reading.orders, exact=exact, asked=reading.question)),)


def _stopped(blocks: Blocks, sequences: Sequence[str]) -> tuple[Blocks, Stop, str | None]:
    """Cut the words before the first stop sequence."""
    for index, block in enumerate(blocks):
        if isinstance(block, Text):
            met = [(place, one) for one in sequences if one and (place := block.text.find(one)) >= 0]
            if met:
                place, one = min(met)
                return (*blocks[:index], Text(block.text[:place])), "stop_sequence", one
    return blocks, "tool" if any(isinstance(block, ToolCall) for block in blocks) else "end", None


def _limited(blocks: Blocks, limit: int) -> tuple[Blocks, bool]:
    """Cut the reply to so many tokens; a call that does not fit is left out."""
    kept: list[Said] = []
    for block in blocks:
        size = tokens.count_out(block)
        if size > limit:
            fits = tokens.cut(block.text, limit) if isinstance(block, Text) else ""
            return (*kept, *([Text(fits)] if fits or not kept else [])), True
        kept.append(block)
        limit -= size
    return tuple(kept), False
