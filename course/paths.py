"""Where things are: the repository, its notebooks, and the learner's own folder.

Everything is found from this file's place, so that the command works from any working directory. Nothing is created
here: who writes into a folder makes it.
"""

from collections.abc import Mapping
from pathlib import Path

from stages.s2_llms.errors import CourseError
from stages.s2_llms.providers import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
NOTEBOOKS = REPOSITORY / "notebooks"
START_HERE = NOTEBOOKS / "00_start_here.ipynb"
DOTENV = REPOSITORY / ".env"


def home(environ: Mapping[str, str]) -> Path:
    """The learner's own folder: what COURSE_HOME names, or `.course` in the repository.

    Raises:
        SettingsError: a COURSE_… variable is unknown or has a value that cannot be used.

    >>> home({"COURSE_HOME": "/tmp/mine"}) == Path("/tmp/mine")
    True
    """
    return Settings.from_env(environ).home or REPOSITORY / ".course"


def provider_home(environ: Mapping[str, str]) -> Path:
    """The folder in which the practice provider of this learner lives."""
    return home(environ) / "provider"


def shown(path: Path) -> str:
    """A path as a person wants to read it: from the repository on, with forward slashes.

    >>> shown(NOTEBOOKS / "s2_llms" / "01_first_calls.ipynb")
    'notebooks/s2_llms/01_first_calls.ipynb'
    """
    return path.relative_to(REPOSITORY).as_posix() if path.is_relative_to(REPOSITORY) else str(path)


def notebook_files(arguments: list[Path]) -> list[Path]:
    """The notebooks that a command was asked for: files as they are, folders with all that is in them.

    Raises:
        CourseError: a path does not exist, or is not a notebook.
    """
    found: list[Path] = []
    for given in arguments:
        path = given if given.exists() else REPOSITORY / given
        if path.is_dir():
            found += sorted(p for p in path.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
        elif path.is_file() and path.suffix == ".ipynb":
            found.append(path)
        else:
            what = "is not a notebook: name a file that ends in .ipynb" if path.exists() else "does not exist"
            raise CourseError(f"{given} {what}. `course list` shows the lessons with their files.")
    if not found:
        raise CourseError(f"No notebook in {', '.join(map(str, arguments))}. `course list` shows the lessons.")
    return [path.resolve() for path in found]
