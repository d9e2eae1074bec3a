"""`bin/demo`: a shop to look around in, in a data folder of its own, as one process."""

import argparse
import hashlib
import os
import shutil
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MARK = "demo.version"
# A real installation is described by these; the demo must not find it.
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "SPORTELLO_LMTP_PORT", "SPORTELLO_EMAIL_URL", "SPORTELLO_HOSTS")


def main() -> None:
    options = _options()
    data = Path(options.data).resolve()
    if options.fresh or _version_of(data) not in ("", _version()):
        _remove(data)
    port = _set_environment(data, options)
    _prepare(data, options.conversations)
    _welcome()
    if not options.prepare_only:
        serve = [sys.executable, "-m", "sportello", "serve", "--port", str(port)]
        os.execv(serve[0], serve)  # noqa: S606 - in this very process, so that there is one


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="Look around in a shop with a season of traffic.")
    parser.add_argument("--fresh", action="store_true", help="start over: forget what was done in the demo")
    parser.add_argument("--port", type=int, default=8000, help="of the desk (default 8000, or the next free one)")
    parser.add_argument("--data", default=str(ROOT / "data" / "demo"), help="folder of the demo (default data/demo)")
    parser.add_argument("--conversations", type=int, default=3000, help="about how many (default 3000)")
    parser.add_argument("--prepare-only", action="store_true", help="prepare, and do not serve")
    return parser.parse_args()


def _version() -> str:
    """Of the story and the tables it is written into: a demo prepared by another version is prepared again."""
    told = [*sorted((ROOT / "sportello" / "demo").rglob("*.*")), *sorted(ROOT.glob("sportello/*/migrations/0*.py"))]
    digest = hashlib.sha256()
    for path in told:
        if path.suffix in (".py", ".txt", ".toml") and "tests" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _version_of(data: Path) -> str:
    return (data / MARK).read_text() if (data / MARK).exists() else ""


def _remove(data: Path) -> None:
    """Forget an earlier demo; refuse to touch a folder that is not one."""
    if not data.exists():
        return
    if not (data / MARK).exists() and any(data.iterdir()):
        sys.exit(f"{data} is not the folder of a demo: nothing was removed. Choose another with --data.")
    print(f"Forgetting the earlier demo in {data} …")
    shutil.rmtree(data)


def _set_environment(data: Path, options: argparse.Namespace) -> int:
    """Describe the demo to the settings; return the port of the desk."""
    for name in NOT_OURS:
        os.environ.pop(name, None)
    port, incoming, outgoing = _free_ports(options.port, 2525, 2526)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "sportello.settings",
        "SPORTELLO_DATA": str(data),
        "SPORTELLO_DEMO": "1",
        "SPORTELLO_URL": f"http://localhost:{port}",
        "SPORTELLO_SMTP_PORT": str(incoming),
        "SPORTELLO_DEMO_MAIL_PORT": str(outgoing),
        "SPORTELLO_LOG_LEVEL": os.environ.get("SPORTELLO_LOG_LEVEL", "WARNING"),
    }
    return port


def _free_ports(*wanted: int) -> list[int]:
    """Return these ports, or where one is taken the next that is free."""
    free: list[int] = []
    for port in wanted:
        while port in free or not _is_free(port):
            port += 1  # noqa: PLW2901
        free.append(port)
    return free


def _is_free(port: int) -> bool:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _prepare(data: Path, conversations: int) -> None:
    data.mkdir(parents=True, exist_ok=True)
    (data / MARK).write_text(_version())
    import django
    from django.core.management import call_command

    django.setup()
    call_command("demo", conversations=conversations)


def _welcome() -> None:
    from sportello.demo.welcome import words

    print(words(), flush=True)


if __name__ == "__main__":
    main()
