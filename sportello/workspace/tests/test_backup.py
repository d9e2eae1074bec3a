"""A backup is only worth what its restore was seen to do."""

import os
import re
import sqlite3
import stat
import subprocess
import tarfile
import threading
import tomllib
from contextlib import closing, contextmanager

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction

import sportello
from sportello.agents.models import Team
from sportello.conversations.models import Attachment, Message
from sportello.jobs.process import in_use
from sportello.lib import storage
from sportello.lib.testing import command, database_url, environment
from sportello.workspace.backups import databases, making

pytestmark = pytest.mark.django_db(transaction=True)

PICTURE = bytes(range(256)) * 300
LOOK = """
import django; django.setup()
from sportello.conversations.models import Attachment, Conversation
from sportello.channels.models import Inbox
from sportello.lib import storage
attachment = Attachment.objects.get()
print(Conversation.objects.get().subject)
print(attachment.name, storage.read(attachment.path) == bytes(range(256)) * 300)
print(Inbox.objects.get().settings)
"""


@pytest.fixture
def broken_plate(conversation, inbox, settings):
    """Giulia's conversation with its picture, an inbox with a password, and the key in the data folder."""
    settings.SECRET_KEY = django_settings.SECRET_KEY
    (settings.DATA_DIR / "secret_key").write_text(settings.SECRET_KEY)
    inbox.settings = {"password": "hunter2"}
    inbox.save()
    attachment = Attachment.objects.create(
        message=Message.objects.get(), name="piatto.png", type="image/png", size=len(PICTURE), sha256="ab" * 32
    )
    storage.keep(attachment.path, PICTURE)
    return conversation


@pytest.fixture
def shop():
    """The environment of the shop that is backed up; its key lies in its data folder."""
    found = environment()
    del found["SPORTELLO_SECRET_KEY"]
    return found


@pytest.fixture
def empty_place(tmp_path, shop):
    """The environment of a new machine, with a database of the same kind."""
    folder = tmp_path / "new"
    folder.mkdir()
    with _empty_database(folder) as url:
        yield {**shop, "SPORTELLO_DATA": str(folder), "DATABASE_URL": url}


@contextmanager
def _empty_database(folder):
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'sportello.sqlite3'}"
        return
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield re.sub(r"[^/]+$", name, database_url())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(env, *words):
    connections.close_all()  # a restore puts another database file in the place of the one this process has open
    done = subprocess.run(command(*words), env=env, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def look(env):
    words = [*command()[:1], "-c", LOOK]
    given = {**env, "DJANGO_SETTINGS_MODULE": "sportello.settings"}
    return subprocess.run(words, env=given, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()


def test_restored_on_a_new_machine_the_conversation_and_its_picture_are_there(
    broken_plate, shop, empty_place, tmp_path
):
    file = tmp_path / "shop.tar.gz"
    code, said = run(shop, "backup", str(file))
    assert code == 0, said
    assert "Keep it as you keep the key" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code, said = run(empty_place, "restore", str(file))
    assert code == 0, said
    assert look(empty_place) == ["Un piatto scheggiato", "piatto.png True", "{'password': 'hunter2'}"]


def test_what_is_there_is_not_overwritten_unless_asked_and_then_set_aside(broken_plate, shop, tmp_path):
    file = tmp_path / "shop.tar.gz"
    making.backup(file)
    broken_plate.subject = "Written after the backup"
    broken_plate.save()
    code, said = run(shop, "restore", str(file))
    assert code == 1
    assert "--force" in said
    assert look(shop)[0] == "Written after the backup"
    code, said = run(shop, "restore", "--force", str(file))
    assert code == 0, said
    assert look(shop)[0] == "Un piatto scheggiato"
    (aside,) = tmp_path.glob("before-restore-*.tar.gz")
    assert str(aside) in said
    assert run(shop, "restore", "--force", str(aside))[0] == 0
    assert look(shop)[0] == "Written after the backup"


def test_nothing_is_restored_under_a_running_sportello(broken_plate, shop, tmp_path):
    file = tmp_path / "shop.tar.gz"
    making.backup(file)
    with in_use():
        code, said = run(shop, "restore", "--force", str(file))
    assert code == 1
    assert "Stop `sportello serve`" in said


def test_half_a_backup_is_refused_and_nothing_is_changed(broken_plate, shop, empty_place, tmp_path):
    file = tmp_path / "shop.tar.gz"
    making.backup(file)
    file.write_bytes(file.read_bytes()[:-2000])
    code, said = run(empty_place, "restore", str(file))
    assert code == 1
    assert "not a whole backup" in said
    assert run(shop, "restore", "--force", str(file))[0] == 1
    assert look(shop)[0] == "Un piatto scheggiato"


def test_a_backup_with_a_path_that_leads_out_is_refused(shop, empty_place, tmp_path):
    evil = tmp_path / "evil.tar.gz"
    (tmp_path / "x").write_text("*/1 * * * * root evil")
    with tarfile.open(evil, "w:gz") as tar:
        tar.add(tmp_path / "x", "files/../../outside")
    code, said = run(empty_place, "restore", str(evil))
    assert code == 1
    assert "no business" in said
    assert not list(tmp_path.rglob("outside"))


def test_another_key_is_said_aloud(broken_plate, shop, empty_place, tmp_path):
    file = tmp_path / "shop.tar.gz"
    with_key_in_environment = {**shop, "SPORTELLO_SECRET_KEY": "another key, kept in the environment"}
    code, said = run(with_key_in_environment, "backup", str(file))
    assert "keep SPORTELLO_SECRET_KEY somewhere else" in said
    code, said = run(empty_place, "restore", str(file))
    assert code == 0
    assert "cannot be read" in said


def test_the_copy_is_of_one_moment_however_much_is_written_meanwhile(tmp_path):
    stop = threading.Event()

    def write():
        n = 0
        while not stop.is_set():
            with transaction.atomic():
                Team.objects.create(name=f"left {n}")
                Team.objects.create(name=f"right {n}")
            n += 1
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            copy = tmp_path / f"copy{n}"
            databases.copy_to(copy)
            teams = _teams_in(copy)
            assert teams.count("left") == teams.count("right")
    finally:
        stop.set()
        writer.join()
    assert "left" in teams


def _teams_in(copy):
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(copy)) as database:
            return " ".join(name for (name,) in database.execute("SELECT name FROM agents_team"))
    words = ["pg_restore", "--data-only", "--table=agents_team", "--file=-", str(copy)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_a_disk_that_is_full_leaves_the_old_backup_in_place(broken_plate, tmp_path, monkeypatch):
    file = tmp_path / "shop.tar.gz"
    file.write_text("the backup of yesterday")

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(databases, "copy_to", full)
    with pytest.raises(OSError, match="No space left"):
        making.backup(file)
    assert file.read_text() == "the backup of yesterday"
    assert sorted(os.listdir(tmp_path)) == sorted({"files", "secret_key", "shop.tar.gz"} & set(os.listdir(tmp_path)))


def test_the_version_in_a_backup_is_that_of_the_package():
    project = tomllib.loads((django_settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    assert sportello.__version__ == project["version"]
