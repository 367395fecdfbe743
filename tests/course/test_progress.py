"""The progress file: nothing that was shown as kept is lost, whatever happens to the process that wrote it."""

import json
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from course.progress import Progress, ProgressWarning

WRITER = """
import sys
from pathlib import Path
from course.progress import Progress

progress = Progress(Path(sys.argv[1]))
for n in range(int(sys.argv[3])):
    progress.add("s2.1", f"{sys.argv[2]}-{n}", "correct")
    print(n, flush=True)
"""


def writer(home: Path, name: str, lines: int) -> "subprocess.Popen[str]":
    """A process of its own that appends outcomes and prints the number of each that has been kept."""
    command = [sys.executable, "-c", WRITER, str(home), name, str(lines)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_an_exercise_is_solved_once_it_was_correct_and_stays_solved(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    for outcome in ("not attempted", "incorrect", "correct", "exception"):
        progress.add("s2.1", "ask", outcome)
    progress.add("s2.3", "retry", "incorrect")
    assert progress.solved("s2.1") == {"ask"}
    assert progress.solved("s2.3") == set()


def test_the_summary_counts_by_lesson(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    progress.add("s2.1", "ask", "not attempted")
    progress.add("s2.1", "fault", "incorrect")
    progress.add("s2.1", "ask", "correct")
    summary = progress.summary()["s2.1"]
    assert (summary.solved, summary.tried, summary.checks) == (frozenset({"ask"}), frozenset({"ask", "fault"}), 3)
    assert summary.last == max(record.time for record in progress.records())


def test_a_learner_who_has_done_nothing_has_an_empty_summary_and_no_file(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "never")
    assert (progress.summary(), progress.solved("0"), progress.unreadable()) == ({}, set(), [])
    assert not (tmp_path / "never").exists()


def test_a_line_names_schema_time_and_version(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    progress.add("s2.1", "größe", "correct")
    line = json.loads(progress.path.read_text("utf-8"))
    assert (line["v"], line["lesson"], line["exercise"], line["outcome"]) == (1, "s2.1", "größe", "correct")
    assert line["time"].endswith("+00:00")
    assert line["course"]


def test_a_torn_last_line_is_skipped_and_the_next_append_starts_a_line_of_its_own(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    progress.add("s2.1", "ask", "correct")
    progress.add("s2.1", "fault", "correct")
    torn = progress.path.read_bytes()[:-20]
    progress.path.write_bytes(torn)
    assert progress.solved("s2.1") == {"ask"}
    progress.add("s2.1", "bill", "correct")
    assert progress.solved("s2.1") == {"ask", "bill"}
    assert progress.unreadable() == [2]
    assert progress.path.read_bytes().startswith(torn)


def test_a_last_line_that_only_lacks_its_line_end_still_counts(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    progress.add("s2.1", "ask", "correct")
    progress.path.write_bytes(progress.path.read_bytes().rstrip())
    progress.add("s2.1", "bill", "correct")
    assert progress.solved("s2.1") == {"ask", "bill"}
    assert progress.unreadable() == []


def test_lines_of_older_and_newer_courses_are_kept(tmp_path: Path) -> None:
    lines = [
        '{"lesson": "s2.1", "exercise": "old", "outcome": "correct"}',
        '{"v": 1, "lesson": "s2.1", "exercise": "more", "outcome": "correct", "minutes": 12, "tags": ["a"]}',
        '{"v": 2, "lesson": {"id": "s2.1"}, "exercise": "new", "outcome": "correct"}',
        '{"v": 2, "lesson": "s2.1", "exercise": "looks the same", "outcome": "correct"}',
        "not json at all",
        "[1, 2]",
        '{"v": "1", "lesson": "s2.1", "exercise": "odd", "outcome": "correct"}',
        '{"v": 1, "lesson": "s2.1", "exercise": 7, "outcome": "correct"}',
    ]
    progress = Progress(tmp_path)
    progress.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    progress.add("s2.1", "now", "correct")
    assert progress.solved("s2.1") == {"old", "more", "now"}
    assert progress.unreadable() == [3, 4, 5, 6, 7, 8]
    assert progress.path.read_text("utf-8").splitlines()[:8] == lines


def test_concurrent_kernels_do_not_mix_their_lines(tmp_path: Path) -> None:
    writers = [writer(tmp_path, name, 40) for name in "abc"]
    for process in writers:
        process.communicate(timeout=60)
    progress = Progress(tmp_path)
    assert progress.unreadable() == []
    assert progress.solved("s2.1") == {f"{name}-{n}" for name in "abc" for n in range(40)}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_kill_9_of_two_writers_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    kept: set[str] = set()
    for turn in range(3):
        writers = {f"{turn}{name}": writer(tmp_path, f"{turn}{name}", 100_000) for name in "ab"}
        for name, process in writers.items():
            assert process.stdout
            kept |= {f"{name}-{process.stdout.readline().strip()}" for _ in range(8)}
        for name, process in writers.items():
            os.kill(process.pid, signal.SIGKILL)
            said, _ = process.communicate(timeout=20)
            kept |= {f"{name}-{line}" for line in said.splitlines()}
    progress = Progress(tmp_path)
    progress.add("s2.1", "after", "correct")
    assert kept | {"after"} <= progress.solved("s2.1")
    assert len(progress.unreadable()) <= 6  # at most the one line that each was writing


def test_a_folder_that_cannot_be_written_warns_once_and_the_check_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    progress = Progress(tmp_path / "file" / "home")
    with pytest.warns(ProgressWarning, match="COURSE_HOME") as caught:
        progress.add("s2.1", "ask", "correct")
    assert len(caught) == 1
    progress.add("s2.1", "ask", "correct")  # a second warning would be an error here
    assert progress.solved("s2.1") == set()


def test_a_home_with_spaces_and_other_letters_works(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "my höme")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        progress.add("0", "ask", "correct")
    assert progress.solved("0") == {"ask"}
