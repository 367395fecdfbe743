"""Cards say the same as text and as HTML, without scripts, and never by colour alone."""

import re
from html.parser import HTMLParser

import pytest

from course.exercises import cards
from course.exercises.cards import Card, Sign, shorten

SIGNS = [value for value in vars(cards).values() if isinstance(value, Sign)]
EVIL = Card(cards.INCORRECT, "<b>T</b>", ('saw `<script>alert("x")</script>` & more',), "if a < b:\n    run()\n")


class Words(HTMLParser):
    """The words and the tags of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.word)
def test_the_word_of_a_sign_comes_first_in_text_and_html(sign: Sign) -> None:
    card = Card(sign, "Exercise 1")
    assert repr(card) == f"{sign.word}. Exercise 1"
    assert " ".join(Words(card._repr_html_()).words.split()) == f"{sign.icon} {sign.word}. Exercise 1"


def test_no_two_outcomes_share_word_or_icon() -> None:
    outcomes = [cards.CORRECT, cards.INCORRECT, cards.NOT_ATTEMPTED, cards.EXCEPTION, cards.NOT_CHECKED]
    assert len({sign.word for sign in SIGNS}) == len(SIGNS)
    assert len({sign.icon for sign in outcomes}) == len(outcomes)


def test_what_a_learner_or_a_model_wrote_cannot_become_markup() -> None:
    seen = Words(EVIL._repr_html_())
    assert set(seen.tags) == {"div", "p", "span", "strong", "code", "pre"}
    assert '<script>alert("x")</script>' in seen.words
    assert "if a < b:\n    run()" in seen.words


def test_a_card_is_announced_and_its_icon_is_not() -> None:
    html = EVIL._repr_html_()
    assert html.startswith('<div role="status"')
    assert html.count('aria-hidden="true"') == 1


def test_text_and_html_are_the_same_each_time() -> None:
    again = Card(EVIL.sign, EVIL.title, EVIL.lines, EVIL.code)
    assert (repr(EVIL), EVIL._repr_html_()) == (repr(again), again._repr_html_())


def test_text_keeps_code_as_it_is_and_wraps_long_lines() -> None:
    lines = repr(Card(cards.HINT, "T", ("word " * 60,), "x = 1\n\nif x:\n    y()\n")).splitlines()
    assert lines[-4:] == ["    x = 1", "", "    if x:", "        y()"]
    assert max(map(len, lines)) <= 100


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.word)
def test_bar_and_icon_stand_out_on_white_and_on_dark(sign: Sign) -> None:
    assert min(contrast(sign.colour, page) for page in ("#ffffff", "#111111")) >= 3


def test_only_bar_and_icon_have_a_colour() -> None:
    html = EVIL._repr_html_()
    assert re.findall(r"[\w-]+: [^;\"]*#[0-9a-f]{6}", html) == ["border-left: 0.3em solid #d04437", "color: #d04437"]


def test_a_long_value_is_shortened() -> None:
    assert shorten({"a": "b\n" * 300}).endswith("…")
    assert len(shorten("x" * 999)) == 200
