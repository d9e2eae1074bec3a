"""A file is whole or not there."""

import os

import pytest

from sportello.lib.files import write_durably


def test_folders_are_made(tmp_path):
    write_durably(tmp_path / "a" / "b" / "c", b"whole")
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"whole"


def test_what_is_there_is_left_alone(tmp_path):
    write_durably(tmp_path / "a", b"first")
    write_durably(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_durably(tmp_path / "a", b"half")
    assert list(tmp_path.iterdir()) == []
