"""The normal form of a notebook, the strict comparison, and the empty lesson, on real files with real kernels."""

import base64
import copy
import json
import signal
import struct
import sys
import time
import zlib

import psutil
import pytest

from course.notebooks import PNG_SIGNATURE, is_normal, normalise, read, text_of, without_remarks, write
from course.template import lay_out
from stages.s2_llms.errors import CourseError


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PIXEL = (
    chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
    chunk(b"IDAT", zlib.compress(b"\x00\x7f")),
    chunk(b"IEND", b""),
)
BARE_PNG = PNG_SIGNATURE + b"".join(PIXEL)
PNG = (
    PNG_SIGNATURE
    + PIXEL[0]
    + chunk(b"tEXt", b"Software\0Matplotlib")
    + chunk(b"tIME", b"1234567")
    + PIXEL[1]
    + PIXEL[2]
)


def code(source, outputs=(), count=None, **more):
    cell = {"cell_type": "code", "source": source, "outputs": list(outputs), "execution_count": count, "metadata": {}}
    return cell | more


def wait_until(condition, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def stream(name, text):
    return {"output_type": "stream", "name": name, "text": text}


def notebook(*cells, **metadata):
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def save(path, *sources):
    """A notebook that was never run."""
    write(path, normalise(notebook(*(code(source) for source in sources))))
    return path


MESSY = notebook(
    code(
        "1",
        [stream("stdout", "a"), stream("stderr", "!"), stream("stdout", "b\n10%\r90%\r100%\n")],
        count=7,
        id="c002",
        metadata={"tags": ["keep"], "collapsed": True, "execution": {"iopub.status.busy": "2026-01-01"}},
    ),
    {"cell_type": "markdown", "source": "# words", "metadata": {}, "id": "random-id"},
    code(
        "2",
        [
            {"output_type": "execute_result", "data": {"text/plain": "2"}, "metadata": {}, "execution_count": 9},
            {
                "output_type": "display_data",
                "data": {
                    "image/png": base64.encodebytes(PNG).decode(),
                    "image/svg+xml": "<svg>\n<metadata>now</metadata>\n<g/></svg>",
                },
                "metadata": {},
            },
        ],
        count=9,
        id="c002",
    ),
    code("never run"),
    course={"id": "s2.1"},
    language_info={"name": "python", "version": "3.11.7"},
    widgets={"state": {}},
)


def test_normalising_takes_out_what_changes_and_keeps_what_the_author_wrote():
    normal = normalise(MESSY)
    first, words, second, unrun = normal["cells"]
    assert normal["metadata"]["course"] == {"id": "s2.1"}
    assert set(normal["metadata"]) == {"course", "kernelspec", "language_info"}
    assert "version" not in normal["metadata"]["language_info"]
    assert [cell["id"] for cell in normal["cells"]] == ["c002", "c003", "c004", "c005"]
    assert [cell["execution_count"] for cell in (first, second, unrun)] == [1, 2, None]
    assert second["outputs"][0]["execution_count"] == 2
    assert first["metadata"] == {"tags": ["keep"]}
    assert first["outputs"] == [stream("stdout", "ab\n100%\n"), stream("stderr", "!")]
    assert base64.b64decode(second["outputs"][1]["data"]["image/png"]) == BARE_PNG
    assert second["outputs"][1]["data"]["image/svg+xml"] == "<svg>\n<g/></svg>"
    assert words["source"] == "# words"


def test_normalising_twice_is_normalising_once_and_leaves_its_input_alone():
    before = copy.deepcopy(MESSY)
    once = normalise(MESSY)
    assert text_of(normalise(once)) == text_of(once)
    assert before == MESSY


def test_old_cells_keep_their_ids_when_a_cell_is_put_between_them():
    normal = normalise(notebook(code("1"), code("2")))
    normal["cells"].insert(1, code("new", id="f00ba4"))
    assert [cell["id"] for cell in normalise(normal)["cells"]] == ["c001", "c003", "c002"]


def test_a_traceback_does_not_say_where_this_machine_keeps_its_files(repository):
    places = [f"File {repository}/stages/x.py:1", "File /home/ada/.venv/lib/python3.12/site-packages/openai/a.py:2"]
    places += ["File \x1b[32mC:\\Users\\ada\\Lib\\site-packages\\openai\\a.py", "File /usr/lib/python3.11/json/b.py:3"]
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": places}
    normal = normalise(notebook(code("1/0", [error], count=1)))["cells"][0]["outputs"][0]["traceback"]
    assert normal == [
        "File ./stages/x.py:1",
        "File …/site-packages/openai/a.py:2",
        "File \x1b[32m…/site-packages/openai\\a.py",
        "File …/python3/json/b.py:3",
    ]


def test_bytes_that_are_no_png_are_left_alone():
    assert without_remarks(b"GIF89a") == b"GIF89a"


def test_clean_mends_checks_and_is_done_the_second_time(course, tmp_path):
    path = tmp_path / "messy.ipynb"
    path.write_text(json.dumps(MESSY | {"cells": MESSY["cells"][:2]}), encoding="utf-8")
    before = path.read_bytes()
    assert course("notebooks", "clean", "--check", path).returncode == 1
    assert path.read_bytes() == before
    assert course("notebooks", "clean", path).returncode == 0
    assert course("notebooks", "clean", "--check", path).returncode == 0
    assert is_normal(path)
    assert path.read_bytes().endswith(b"}\n")
    assert b"\r\n" not in path.read_bytes()


def test_a_file_that_is_no_notebook_is_named(course, tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_text("{", encoding="utf-8")
    result = course("notebooks", "clean", path)
    assert result.returncode == 1
    assert "broken.ipynb is not a notebook, or is damaged" in result.stderr


def test_run_writes_outputs_that_the_strict_check_then_confirms(course, tmp_path):
    path = save(tmp_path / "lesson.ipynb", "import os\nprint(os.environ['COURSE_PROVIDER'])", "6 * 7", "")
    environment = {"COURSE_PROVIDER": "openai", "OPENAI_API_KEY": "sk-nothing"}
    ran = course("notebooks", "run", path, **environment)
    assert ran.returncode == 0, ran.stderr
    assert is_normal(path)
    cells = read(path)["cells"]
    assert cells[0]["outputs"][0]["text"] == "practice\n"
    assert cells[1]["outputs"][0]["data"]["text/plain"] == "42"
    checked = course("check", path, **environment)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "all 3 cells give the saved outputs" in checked.stdout


def test_check_shows_the_first_difference_of_each_cell_and_changes_nothing(course, tmp_path):
    path = save(tmp_path / "lesson.ipynb", "print('same'); print('old')", "40 + 2", "x = 1")
    assert course("notebooks", "run", path).returncode == 0
    changed = path.read_text(encoding="utf-8").replace("print('old')", "print('new')").replace("x = 1", "1 / 0")
    path.write_text(changed, encoding="utf-8")
    result = course("check", path)
    assert result.returncode == 1
    assert "2 of 3 cells differ or fail" in result.stdout
    assert "committed: old\n" in result.stdout
    assert "now:       new\n" in result.stdout
    assert "ZeroDivisionError" in result.stdout
    assert path.read_text(encoding="utf-8") == changed


def test_check_does_not_accept_a_notebook_that_was_never_run(course, tmp_path):
    result = course("check", "--json", save(tmp_path / "lesson.ipynb", "x = 1", ""))
    assert result.returncode == 1
    data = json.loads(result.stdout)
    assert data["same"] is False
    assert [cell["outcome"] for cell in data["cells"]] == ["failed", "passed"]
    assert "saved without having been run" in data["cells"][0]["problem"]


def test_a_notebook_in_which_a_cell_fails_is_left_as_it_was(course, tmp_path):
    path = save(tmp_path / "lesson.ipynb", "print('before')", "1 / 0")
    before = path.read_bytes()
    result = course("notebooks", "run", path)
    assert result.returncode == 1
    assert "left as it is" in result.stderr
    assert "ZeroDivisionError" in result.stderr
    assert "Traceback (most recent call last):\n  File" not in result.stderr
    assert path.read_bytes() == before


def test_run_names_an_output_that_shows_a_folder_of_this_machine(course, tmp_path, repository):
    path = save(tmp_path / "lesson.ipynb", f"print({str(repository)!r})")
    result = course("notebooks", "run", path)
    assert result.returncode == 1
    assert "In[1] names a folder of this machine" in result.stdout.replace("\n", " ")


def test_a_cell_that_takes_too_long_is_told_apart(course, tmp_path):
    path = save(tmp_path / "lesson.ipynb", "import time; time.sleep(60)")
    result = course("notebooks", "run", "--timeout-s", "1", path, timeout_s=50)
    assert result.returncode == 1
    assert "timeout" in result.stderr.lower() or "timed out" in result.stderr.lower()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_a_run_with_130_without_a_traceback_and_without_its_kernel(start_course, tmp_path):
    note = tmp_path / "kernel.txt"
    source = f"import os, pathlib, time\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))\ntime.sleep(60)"
    path = save(tmp_path / "lesson.ipynb", source)
    running = start_course("notebooks", "run", str(path))
    wait_until(lambda: note.exists() and note.read_text())
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in said
    wait_until(lambda: not psutil.pid_exists(int(note.read_text())))


def test_a_new_lesson_is_in_normal_form_in_the_catalogue_and_never_overwritten(tmp_path):
    from course.lessons import catalogue

    path = lay_out("S2.2", "Tools & structured output", 25, tmp_path)
    assert path == tmp_path / "s2_llms" / "02_tools_structured_output.ipynb"
    assert is_normal(path)
    (lesson,) = catalogue(tmp_path)
    assert (lesson.id, lesson.title, lesson.minutes) == ("s2.2", "Tools & structured output", 25)
    assert 'course.begin("s2.2")' in path.read_text(encoding="utf-8").replace('\\"', '"')
    before = path.read_bytes()
    with pytest.raises(CourseError, match=r"is a lesson s2\.2 already"):
        lay_out("s2.2", "Another title", 25, tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("lesson", "title", "words"),
    [("2.2", "T", "write the stage and the number"), ("s2.2", " ", "title is empty"), ("s9.1", "T", "no folder yet")],
)
def test_a_new_lesson_that_cannot_be_is_refused(tmp_path, lesson, title, words):
    with pytest.raises(CourseError, match=words):
        lay_out(lesson, title, 30, tmp_path)
    assert list(tmp_path.iterdir()) == []
