"""The support desk as a Streamlit server in this process, with everything it needs said on the command line.

It sends no usage statistics and listens on this machine only. The app itself is in `capstone/app.py`.
https://docs.streamlit.io/develop/api-reference/configuration/config.toml
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from stages.s2_llms.errors import CourseError
from stages.s2_llms.practice import without_proxy

from .loopback import answers
from .paths import REPOSITORY, shown

APP = REPOSITORY / "capstone" / "app.py"


def arguments(port: int) -> list[str]:
    """What Streamlit is told."""
    settings = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",  # we open the browser ourselves, and it asks for no e-mail address
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",  # we print the address
        "logger.level": "warning",
    }
    return ["run", str(APP), *(f"--{name}={value}" for name, value in settings.items())]


def serve(port: int, home: Path, ready: Callable[[], None]) -> None:
    """Run the app in this process until it is stopped; `ready` is called once it answers.

    Raises:
        CourseError: the app's file is missing.
    """
    if not APP.is_file():
        raise CourseError(f"{shown(APP)} is missing: take it back with `git checkout -- capstone`.")
    from streamlit.web import cli

    os.environ.update({"COURSE_HOME": str(home)} | without_proxy(os.environ))
    os.chdir(REPOSITORY)  # so that Streamlit reads no configuration of another project
    threading.Thread(target=_watch, args=(port, ready), daemon=True).start()
    cli.main(arguments(port), standalone_mode=False)


def _watch(port: int, ready: Callable[[], None]) -> None:
    while not answers(f"http://127.0.0.1:{port}/_stcore/health"):
        time.sleep(0.1)
    ready()
