"""For the stories that cross apps: a real installation of their own."""

import shutil

import pytest

from .installation import Installation


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory):
    """An empty installation, made once: migrating takes longer than most stories."""
    template = Installation(tmp_path_factory.mktemp("installation"))
    template.sportello("migrate", "-v0")
    return template.folder


@pytest.fixture
def shop(_migrated, tmp_path):
    """A shop's installation in a folder of its own, empty."""
    shutil.copytree(_migrated, tmp_path, dirs_exist_ok=True)
    return Installation(tmp_path)
