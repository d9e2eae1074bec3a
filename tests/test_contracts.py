"""The import contracts are seen to fail when they are broken: a check that cannot fail is none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import ROOT

UP = ("sportello/lib/of_test.py", "from sportello.desk import views\n", "Imports point down BROKEN")
BREACHES = [
    pytest.param(*UP, id="the ground floor looks up"),
    pytest.param(
        "sportello/conversations/actions/of_test.py",
        "from sportello.conversations.views import desk\n",
        "Actions, models and queries know nothing of views BROKEN",
        id="an action knows a screen",
    ),
    pytest.param(
        "sportello/channels/email/of_test.py",
        "from sportello.channels.models import Inbox\n",
        "A channel never sees the database BROKEN",
        id="a channel sees the database",
    ),
]


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "sportello", tmp_path / "sportello", ignore=shutil.ignore_patterns("*.eml", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def contracts(folder: Path) -> subprocess.CompletedProcess:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env=environment)


@pytest.mark.parametrize(("path", "line", "verdict"), BREACHES)
def test_a_breach_is_reported(copy, path, line, verdict):
    (copy / path).write_text(line)
    report = contracts(copy)
    assert report.returncode == 1
    assert verdict in report.stdout


def test_without_a_breach_they_all_hold(copy):
    assert contracts(copy).returncode == 0
