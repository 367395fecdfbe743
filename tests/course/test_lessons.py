"""The catalogue: what a notebook's entry may look like, and what is said when it does not."""

import json

import pytest

from course.lessons import catalogue, find
from stages.s2_llms.errors import CourseError

GOOD = {"id": "s2.1", "title": "First calls", "minutes": 30, "objectives": [["one"], ["two", "three"]]}


def save(folder, name, entry):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"metadata": {"course": entry}, "cells": []}), encoding="utf-8")
    return path


def test_lessons_come_in_reading_order_the_first_page_first(tmp_path):
    for number, name in enumerate(("s2.10", "s2.9", "0", "s1.1")):
        save(tmp_path, f"{number}.ipynb", GOOD | {"id": name})
    assert [lesson.id for lesson in catalogue(tmp_path)] == ["0", "s1.1", "s2.9", "s2.10"]


def test_checkpoints_are_no_lessons(tmp_path):
    save(tmp_path, "a.ipynb", GOOD)
    save(tmp_path, ".ipynb_checkpoints/a-checkpoint.ipynb", GOOD)
    assert len(catalogue(tmp_path)) == 1


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({k: v for k, v in GOOD.items() if k != "minutes"}, 'no "minutes"'),
        (GOOD | {"minutes": "30"}, "not of type int"),
        (GOOD | {"minutes": True}, "not of type int"),
        (GOOD | {"minutes": 0}, "write what is true"),
        (GOOD | {"id": "2.1"}, "id='2.1'"),
        (GOOD | {"title": " "}, "empty title"),
        (GOOD | {"objectives": [["one"], []]}, "an objective []"),
        (GOOD | {"objectives": ["one"]}, "an objective 'one'"),
        ([], "not an object"),
    ],
)
def test_a_wrong_entry_is_an_error_that_names_the_file_and_the_fix(tmp_path, entry, words):
    save(tmp_path, "lesson.ipynb", entry)
    with pytest.raises(CourseError, match=r"lesson\.ipynb.*should look like") as error:
        catalogue(tmp_path)
    assert words in str(error.value)


def test_a_notebook_without_an_entry_or_no_notebook_at_all_is_an_error(tmp_path):
    path = tmp_path / "lesson.ipynb"
    path.write_text('{"metadata": {}}', encoding="utf-8")
    with pytest.raises(CourseError, match="Add to its metadata"):
        catalogue(tmp_path)
    path.write_text('{"metadata": ', encoding="utf-8")
    with pytest.raises(CourseError, match="is damaged"):
        catalogue(tmp_path)


def test_two_lessons_with_one_id_are_an_error_that_names_both(tmp_path):
    save(tmp_path, "a.ipynb", GOOD)
    save(tmp_path, "b.ipynb", GOOD)
    with pytest.raises(CourseError, match=r"b\.ipynb and .*a\.ipynb"):
        catalogue(tmp_path)


def test_a_lesson_is_found_by_its_id_in_any_case_and_by_its_file(tmp_path):
    path = save(tmp_path, "01_first_calls.ipynb", GOOD)
    for name in ("s2.1", "S2.1", "01_first_calls", "01_first_calls.ipynb"):
        assert find(name, catalogue(tmp_path)).file == path


@pytest.mark.parametrize("typed", ["s2.11", "s21", "s2.2", "first call"])
def test_what_is_not_found_is_answered_with_what_is_near(tmp_path, typed):
    save(tmp_path, "a.ipynb", GOOD)
    save(tmp_path, "b.ipynb", GOOD | {"id": "s7.1", "title": "Attacks"})
    with pytest.raises(CourseError, match=r"Did you mean s2\.1 \(First calls\)"):
        find(typed, catalogue(tmp_path))
