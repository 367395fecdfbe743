"""Rewrites a prompt, given its failures: adds the few things that this model is known to respond to.

Added are, where they are missing: the label set (or the labels that its list lacks), a line for the form of the
answer, a line for what to say when unsure, and each failed text as an example with its right label. Nothing is
rephrased and nobody's intent is understood. With every round it learns the failures by heart, so a loop of improving
and measuring on the same rows over-fits.
Compare Zhou et al., Large Language Models Are Human-Level Prompt Engineers, https://arxiv.org/abs/2211.01910
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ASKED = re.compile(
    r"\b(?:improve|rewrite|fix|optimi[sz]e|revise|refine)\b[^.\n]{0,40}\b(?:prompt|instructions?)\b", re.I
)
_PROMPT = re.compile(r"<(?P<tag>(?:current_)?(?:prompt|instructions))>(?P<text>.*?)</(?P=tag)>", re.DOTALL | re.I)
_FENCED = re.compile(r"```[\w-]*\n(?P<text>.*?)```", re.DOTALL)
_FAILURE = re.compile(
    r"^[ \t]*(?:[-*•]\s*)?(?:text|input|ticket|message)[ \t]*:[ \t]*(?P<text>[^\n]+?)[ \t]*(?:\n|[|;])\s*"
    r"(?:expected|right|wanted|correct|label)[ \t]*:[ \t]*(?P<label>[\w/ -]+?)[ \t]*(?=$|[|;,.(])",
    re.IGNORECASE | re.MULTILINE,
)
_XML_FAILURE = re.compile(
    r"<failure>.*?<(?:text|input|ticket)>(?P<text>.*?)</(?:text|input|ticket)>.*?<expected>(?P<label>.*?)</expected>.*?</failure>",
    re.IGNORECASE | re.DOTALL,
)
_HAS_LABELS = re.compile(r"\b(?:one of|labels?|categories)\b[^\n]*:", re.IGNORECASE)
_LABEL_LIST = re.compile(r"^[^\n]*\b(?:labels?|categories|one of)\b[^\n]*:[ \t]*(?:\n[ \t]*[-*•][^\n]*)+", re.I | re.M)
_HAS_FORM = re.compile(r"\b(?:only|exactly|nothing else)\b", re.IGNORECASE)
_HAS_UNSURE = re.compile(r"\b(?:if|when)\b[^\n]{0,60}\b(?:unsure|not|none|no)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """A prompt to be improved, and its failures: (text, what was expected)."""

    prompt: str
    failures: tuple[tuple[str, str], ...]


def read(text: str) -> Draft | None:
    """Find the order, the prompt in its tags or fence, and the failures.

    >>> read("Improve this prompt.\\n<prompt>Sort it.</prompt>\\nText: Where is it?\\nExpected: delivery").failures
    (('Where is it?', 'delivery'),)
    """
    prompt = _PROMPT.search(text) or _FENCED.search(text)
    if prompt is None or not _ASKED.search(text.replace(prompt[0], "")):
        return None
    rest = text.replace(prompt[0], "")
    found = [(m["text"].strip(), m["label"].strip()) for one in (_XML_FAILURE, _FAILURE) for m in one.finditer(rest)]
    return Draft(prompt["text"].strip(), tuple(dict.fromkeys(found)))


def improve(draft: Draft) -> str:
    """Give the improved prompt."""
    labels = list(dict.fromkeys(label for _, label in draft.failures))
    lines = [_with_labels(draft.prompt, labels)]
    if len(labels) > 1 and not _HAS_LABELS.search(draft.prompt):
        lines.append("Labels:\n" + "\n".join(f"- {label}" for label in labels))
    if labels and not _HAS_FORM.search(draft.prompt):
        lines.append("Answer with the label only.")
    if not labels and not _HAS_UNSURE.search(draft.prompt):
        lines.append('If the text does not tell, answer "I don\'t know."')
    lines += _examples(draft.failures, draft.prompt)
    return "\n\n".join(lines)


def _with_labels(prompt: str, labels: Sequence[str]) -> str:
    """The prompt, its list of labels made longer by those that it lacks."""
    block = _LABEL_LIST.search(prompt)
    if block is None:
        return prompt
    new = [label for label in labels if not re.search(rf"(?<!\w){re.escape(label)}(?!\w)", block[0])]
    return prompt[: block.end()] + "".join(f"\n- {label}" for label in new) + prompt[block.end() :]


def _examples(failures: Sequence[tuple[str, str]], prompt: str) -> list[str]:
    return [
        f"<example>\n<text>{text}</text>\n<label>{label}</label>\n</example>"
        for text, label in failures
        if text not in prompt
    ]
