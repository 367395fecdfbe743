"""Measures how fast the practice model is and how much memory the provider takes, beside the goals.

python tests/practice_provider/model/measure_speed.py     print the table; use a machine that does nothing else

A reply: the processor time of one answer over a context of 1,500 tokens that was never seen before, which is what one
core needs; the median of 20. Loading: the same for a fresh process, imports included. Memory: the resident set of the
provider's process after loading, and after 100 asks over HTTP. https://psutil.readthedocs.io/en/latest/#psutil.Process
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence

import psutil

from practice_provider.core import Ask, Text, Turn
from practice_provider.model import Model, load, tokens
from stages.s2_llms.brewline import Question, load_questions
from stages.s2_llms.corpus import Passage, load_passages

TOKENS, REPLIES, ASKS = 1_500, 20, 100
GOALS = {"practice-small": 60, "practice-large": 250}  # milliseconds
LOAD_S, MEGABYTES = 1.0, 350
_LOAD = "from practice_provider.model import load; load(); import time; print(time.process_time())"


def prompts(count: int, passages: Sequence[Passage], questions: Sequence[Question]) -> list[str]:
    """So many questions, each over other passages of 1,500 tokens in all."""
    rows, made = iter(passages * 10), list[str]()
    for question in (questions * (count // len(questions) + 1))[:count]:
        text = ""
        while tokens.count(text) < TOKENS:
            one = next(rows)
            text += f'<document id="{one.id}" title="{one.title}">\n{one.text}\n</document>\n'
        made.append(f"{tokens.cut(text, TOKENS - 12)}\n</document>\nQuestion: {question.question}")
    return made


def reply_ms(model: Model, name: str, asked: Sequence[str]) -> float:
    """The median of the processor time."""
    took = []
    for prompt in asked:
        start = time.process_time()
        model.answer(Ask(name, (Turn("user", (Text(prompt),)),)))
        took.append((time.process_time() - start) * 1000)
    return statistics.median(took)


def load_s() -> float:
    """The processor time of a fresh process that loads the model; the second time, when its cache is there."""
    runs = [subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, check=True) for _ in range(2)]
    return float(runs[-1].stdout)


def memory_mb(asked: Sequence[str]) -> Iterator[float]:
    """The provider's resident set: loaded, and after the asks."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "practice_provider", "--home", home, "--owner-pid", str(psutil.Process().pid)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as provider:
            assert provider.stdout
            told = json.loads(provider.stdout.readline())
            _ask(told["url"], "Hello")
            process = psutil.Process(told["pid"])
            yield process.memory_info().rss / 1e6
            for prompt in asked:
                _ask(told["url"], prompt)
            yield process.memory_info().rss / 1e6
            provider.terminate()


def _ask(url: str, prompt: str) -> None:
    body = {"model": "practice-large", "messages": [{"role": "user", "content": prompt}]}
    headers = {"authorization": "Bearer practice-speed", "content-type": "application/json"}
    request = urllib.request.Request(f"{url}/openai/v1/chat/completions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        answer.read()


def main() -> None:
    """Print the table."""
    asked = prompts(2 * REPLIES + ASKS, load_passages(), load_questions("train"))
    model = load()
    print("| Speed and memory | measured | goal |\n|---|---|---|")
    for start, (name, goal) in enumerate(GOALS.items()):
        took = reply_ms(model, name, asked[start * REPLIES : (start + 1) * REPLIES])
        print(f"| {name}, a reply on {TOKENS:,} tokens, one core | {took:.0f} ms | {goal} ms |")
    print(f"| loading the model, one core | {load_s():.1f} s | {LOAD_S:.0f} s |")
    for when, megabytes in zip(("after loading", f"after {ASKS} asks"), memory_mb(asked[2 * REPLIES :]), strict=True):
        print(f"| the provider's memory {when} | {megabytes:.0f} MB | {MEGABYTES} MB |", flush=True)


if __name__ == "__main__":
    main()
