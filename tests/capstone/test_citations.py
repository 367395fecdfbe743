"""Citations: numbers for ids, harmless Markdown, and the passage that a sentence rests on."""

from hypothesis import given
from hypothesis import strategies as st

from capstone.citations import harmless, highlighted, readable, sources
from stages.s2_llms.articles import load_articles

KNOWN = {"descaling", "error-e07", "warranty"}
ARTICLES = {article.id: article for article in load_articles()}


def link(number: int) -> str:
    return f"#source-{number}"


def test_sources_are_numbered_in_order_of_appearance_and_keep_their_sentences() -> None:
    answer = "Use one sachet [descaling]. E07 is about heat [error-e07]. Rinse twice. Wait [descaling]."
    first, second = sources(answer, KNOWN)
    assert (first.number, first.article_id, second.number, second.article_id) == (1, "descaling", 2, "error-e07")
    assert "Use one sachet" in first.claims
    assert "Wait" in first.claims


def test_an_id_that_is_no_article_is_neither_a_source_nor_a_link() -> None:
    assert sources("Trust me [made-up].", KNOWN) == ()
    assert readable("Trust me [made-up].", KNOWN, link) == "Trust me \\[made-up\\]."


def test_a_citation_becomes_a_numbered_link() -> None:
    assert readable("Rinse [descaling, warranty].", KNOWN, link) == "Rinse [\\[1\\]](#source-1) [\\[2\\]](#source-2)."


def test_a_marker_that_is_still_arriving_is_not_shown() -> None:
    assert readable("Use one sachet [desca", KNOWN, link) == "Use one sachet"


def test_an_answer_cannot_load_a_picture_run_html_or_write_a_heading() -> None:
    shown = harmless("# Big\n![x](http://a.test/p.png) <img src=x> [a](http://b.test) $1$ :red[x] `code`")
    assert shown.startswith("\\# Big")
    for forbidden in ("![", "<img", "[a](", ":red[x]"):
        assert forbidden not in shown.replace("\\[", "").replace("\\<", "")


@given(st.text())
def test_any_answer_can_be_shown(answer: str) -> None:
    readable(answer, KNOWN, link)
    highlighted(ARTICLES["descaling"].body, [s for source in sources(answer, KNOWN) for s in source.claims])


@given(st.sampled_from(sorted(ARTICLES)), st.text())
def test_marking_adds_marks_and_changes_no_word(name: str, claim: str) -> None:
    body = ARTICLES[name].body
    shown = highlighted(body, [claim, body.splitlines()[0]])
    assert shown.replace("<mark>", "").replace("</mark>", "").split() == body.split()


def test_the_sentence_that_an_answer_quotes_is_marked_and_no_other() -> None:
    sentence = "The warranty of every Brewline machine and grinder is 2 years long and begins on the day of delivery."
    shown = highlighted(ARTICLES["warranty"].body, [sentence])
    assert f"<mark>{sentence}</mark>" in shown
    assert shown.count("<mark>") == 1


def test_a_table_row_is_marked_cell_by_cell_so_that_it_stays_a_table() -> None:
    shown = highlighted(ARTICLES["shipping"].body, ["Standard to Ireland: 5 to 7 working days, £12.50."])
    assert "| <mark>Standard, Ireland</mark> | <mark>5 to 7 working days</mark> | <mark>£12.50</mark> |" in shown


def test_a_list_item_is_marked_without_its_number() -> None:
    shown = highlighted(ARTICLES["descaling"].body, ["Switch the machine off and let it cool for 30 minutes."])
    assert "1. <mark>Switch the machine off and let it cool for 30 minutes.</mark>" in shown


def test_nothing_is_marked_where_the_article_says_nothing_like_it() -> None:
    body = ARTICLES["returns"].body
    assert highlighted(body, ["Zebras graze at dawn near the river."]) == body
