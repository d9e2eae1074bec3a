"""`sportello inspect email letter.eml`: what would the desk make of this? Nothing is stored; no database is needed."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sportello.channels.base import Channel, ChannelError
from sportello.channels.describe import describe
from sportello.channels.registry import channels


class Command(BaseCommand):
    help = (
        "Print as JSON what the desk would make of a message, without storing it. One file: readable JSON. "
        "Several: one line each, in the order given. A file that cannot be read has an `error`, and the exit code is 1."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("channel", help="email, or another channel of this desk")
        parser.add_argument("files", nargs="+", metavar="FILE", help="a raw message as it arrived; - is standard input")

    def handle(self, *, channel: str, files: list[str], **options: Any) -> None:
        if channel not in channels():
            raise CommandError(f"There is no channel {channel!r}. Known: {', '.join(sorted(channels()))}.")
        reader = channels()[channel]({})
        failed = False
        for name in files:
            seen = inspect(reader, name)
            failed = failed or (isinstance(seen, dict) and "error" in seen)
            indent = 2 if len(files) == 1 else None
            if len(files) > 1:
                seen = {"file": name, **seen} if isinstance(seen, dict) else {"file": name, "messages": seen}
            self.stdout.write(json.dumps(seen, ensure_ascii=False, indent=indent))
        if failed:
            sys.exit(1)


def inspect(channel: Channel, name: str) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the description of the message in a file (a list when it held several), or why there is none."""
    try:
        body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        messages = [getattr(channel, "describe", describe)(inbound) for inbound in channel.parse(body)]
    except (OSError, ChannelError) as error:
        return {"error": str(error), "problems": [str(error)]}
    except Exception as error:  # a mistake in one translator must not hide what the other files say
        return {"error": repr(error), "problems": [repr(error)]}
    return messages[0] if len(messages) == 1 else messages
