"""A channel for tests and benchmarks: JSON lines in, a list out. Plugged in like any other."""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from sportello.channels import base


class Channel(base.Channel):
    """Reads `{"id", "from", "name", "text", …}` per line; what it sends lies in `Channel.sent`.

    `Channel.behaves` is called in place of a server: `(message, handing_over) -> None`, raising what a server causes.
    """

    kind = "test"
    label = "Test"
    can_send = True
    has_subject = True

    sent: ClassVar[list[base.Outbound]] = []
    behaves: ClassVar[Callable[[base.Outbound, Callable[[], None]], None] | None] = None

    def parse(self, body: bytes, headers: Mapping[str, str] = base.NO_HEADERS) -> list[base.Inbound]:
        try:
            return [_inbound(json.loads(line)) for line in body.splitlines()]
        except (ValueError, KeyError, TypeError) as e:
            raise base.Unreadable(f"Not a line of JSON: {e}") from e

    def send(self, message: base.Outbound, *, handing_over: Callable[[], None]) -> str:
        if behaves := type(self).behaves:
            behaves(message, handing_over)
        else:
            handing_over()
        self.sent.append(message)
        return message.external_id


def _inbound(line: dict[str, Any]) -> base.Inbound:
    return base.Inbound(
        external_id=line["id"],
        sender=base.Party(line["from"], line.get("name", "")),
        text=line["text"],
        reply_text=line["text"],
        subject=line.get("subject", ""),
        to=tuple(base.Party(address) for address in line.get("to", ())),
        in_reply_to=line.get("in_reply_to", ""),
        references=tuple(line.get("references", ())),
        auto_reply=line.get("auto", False),
        spam=line.get("spam", False),
    )
