"""JupyterLab opens at the lesson, arranged for work."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lessons.course.catalogue import ROOT
from tests.running import free_port, wait_until

LIMIT = 30_000  # milliseconds


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a course opened at lesson 02, its token included."""
    environment = os.environ | {
        "SOCKETS_WORK": str(tmp_path / "work"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "SHELL": "/bin/bash",
    }
    port = free_port()
    command = [sys.executable, "-m", "lessons", "--no-browser", "--port", str(port)]
    course = subprocess.Popen(
        [*command, "open", "2"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert course.stdout is not None
    try:
        for line in course.stdout:
            if "token=" in line:
                yield line.strip()
                break
        else:
            pytest.fail("the course ended without saying its address")
    finally:
        course.send_signal(signal.SIGTERM)
        course.wait(20)
        course.stdout.close()


@pytest.mark.skipif(os.name == "nt", reason="untried on Windows")
@pytest.mark.timeout(120)
def test_the_course_opens_arranged_for_work(
    address: str, browser: Browser, tmp_path: Path
) -> None:
    assert "/lab/workspaces/02_listen?token=" in address
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    expect(page.locator(".jp-Notebook")).to_be_visible(timeout=LIMIT)
    tabs = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tabLabel")
    expect(tabs).to_have_count(5, timeout=LIMIT)
    for name in (
        "02_listen.ipynb",
        "server.py",
        "knock.py",
        "Terminal server",
        "Terminal client",
    ):
        expect(tabs.filter(has_text=name)).to_have_count(1, timeout=LIMIT)
    # A terminal is drawn, not written: what runs in it tells through a file.
    page.locator(".jp-Terminal .xterm-helper-textarea").first.focus()
    page.keyboard.type('python -c "import sys; print(sys.prefix)" > which\n')
    which = tmp_path / "work" / "02_listen" / "which"
    wait_until(lambda: which.exists() and which.read_text() != "", "it has run")
    assert which.read_text() == f"{sys.prefix}\n"
    page.close()
