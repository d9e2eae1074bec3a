"""The version in the address of every static file: it changes when any of them does, so all may be kept for ever."""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# Others whose own files we serve.
PACKAGES = ("django-allauth",)


def fingerprint(base: Path) -> str:
    """Return ten hexadecimal digits made from the content of every static file under `base`."""
    digest = hashlib.sha256()
    for path in sorted(base.glob("*/static/**/*")):
        if path.is_file():
            digest.update(str(path.relative_to(base)).encode())
            digest.update(path.read_bytes())
    for package in PACKAGES:
        digest.update(_version(package).encode())
    return digest.hexdigest()[:10]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
