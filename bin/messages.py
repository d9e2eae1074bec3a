"""Behind bin/messages: every app keeps its own Italian; English is what stands in the code."""

import io
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "it"
CATALOG = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = f"""\
msgid ""
msgstr ""
"Language: {LANGUAGE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
# What is not read by people, or not ours to say.
ELSEWHERE = shutil.ignore_patterns("static", "tests", "tests.py", "test_*.py", "migrations", "fixtures", "__pycache__")


def apps() -> list[Path]:
    """Every app, and first the top itself with the files that belong to none."""
    return [ROOT / "sportello", *sorted(path.parent for path in (ROOT / "sportello").glob("*/__init__.py"))]


def collected(app: Path) -> str:
    """The catalog of an app as its code wants it now, found in a copy: new sentences added, forgotten ones dropped."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / app.name
        if app == ROOT / "sportello":
            copy.mkdir()
            for path in app.glob("*.py"):
                shutil.copy(path, copy)
            if (app / "locale").exists():
                shutil.copytree(app / "locale", copy / "locale")
        else:
            shutil.copytree(app, copy, ignore=ELSEWHERE)
        (copy / "locale").mkdir(exist_ok=True)
        command = [sys.executable, "-P", "-m", "django", "makemessages", "-l", LANGUAGE, "--no-wrap", "--no-obsolete"]
        subprocess.run([*command, "--add-location", "file", "-v0"], cwd=copy, check=True)  # noqa: S603
        if not (copy / CATALOG).exists():
            return ""
        text = (copy / CATALOG).read_text()
        return HEADER + "\n" + text.partition("\n\n")[2]


def collect(app: Path) -> None:
    path = app / CATALOG
    if text := collected(app):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    elif path.exists():
        shutil.rmtree(app / "locale")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        catalog = read_po(file, locale=LANGUAGE)
    catalog.creation_date = LONG_AGO  # else Babel writes the minute of compiling, and no two .mo are alike
    return catalog


def said(catalog: Catalog) -> dict:
    """What is said, without when it was compiled."""
    spoken = (message for message in catalog if message.id and message.string)
    return {(message.context or "", _one(message.id)): _one(message.string) for message in spoken}


def _one(words: str | list[str] | tuple[str, ...]) -> str | tuple[str, ...]:
    """A sentence, or its forms for one and for many."""
    return words if isinstance(words, str) else tuple(words)


def is_compiled(path: Path) -> bool:
    mo = path.with_suffix(".mo")
    if not mo.exists():
        return False
    with mo.open("rb") as file:
        return said(read_mo(file)) == said(read(path))


def compile_all() -> None:
    for path in (app / CATALOG for app in apps() if (app / CATALOG).exists()):
        if not is_compiled(path):
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, read(path))


def problems(app: Path, wanted: set) -> list[str]:
    """What is wrong with one app's Italian; `wanted` are the sentences that stand in its code."""
    path = app / CATALOG
    name = path.relative_to(ROOT)
    if not path.exists():
        return [f"{name} is missing, and {len(wanted)} sentences want it."] if wanted else []
    catalog = read(path)
    found = [f"{name}: no Italian for {key!r}" for key in sorted(wanted - translated(catalog), key=str)]
    if not is_compiled(path):
        found.append(f"{name.with_suffix('.mo')} is not what its .po says. Run bin/messages.")
    return found


def keys(catalog: Catalog) -> set:
    return {(message.context or "", _one(message.id)) for message in catalog if message.id}


def translated(catalog: Catalog) -> set:
    done = (message for message in catalog if message.id and message.string and not message.fuzzy)
    return {(m.context or "", _one(m.id)) for m in done if isinstance(m.string, str) or all(m.string)}


def sentences(app: Path) -> set:
    """Every sentence in the code of an app."""
    text = collected(app)
    return keys(read_po(io.BytesIO(text.encode()), locale=LANGUAGE)) if text else set()


def check() -> int:
    able = shutil.which("xgettext") is not None
    if not able:
        print("gettext is not installed: only what is written down is checked.")
    wrong = []
    for app in apps():
        written = keys(read(app / CATALOG)) if (app / CATALOG).exists() else set()
        wrong += problems(app, sentences(app) if able else written)
    print("\n".join(wrong))
    return 1 if wrong else 0


def main() -> int:
    if "--check" in sys.argv:
        return check()
    only = [app for app in apps() if app.name in sys.argv[1:]] or apps()
    if shutil.which("xgettext"):
        for app in only:
            collect(app)
    else:
        print("gettext is not installed: sentences were not collected, only compiled.")
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
