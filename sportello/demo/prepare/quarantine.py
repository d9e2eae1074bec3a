"""What could not be read: deliveries put aside with a reason. One of them can be, when it is run again."""

import hashlib
from datetime import timedelta

from django.utils import translation

from sportello.channels.base import Outbound, Party
from sportello.channels.email import problems
from sportello.channels.email.compose import compose
from sportello.channels.models import Delivery, Inbox

from ..season.clock import REFERENCE, Clock
from .happenings import Happenings
from .rows import Rows


def put_aside(rows: Rows, happenings: Happenings, inbox: Inbox, clock: Clock) -> None:
    """Collect an empty mail, and a good one that met a fault of ours on an earlier day."""
    with translation.override("it"):
        empty = str(problems.EMPTY)
    fault = "Non è stato possibile capirla: RecursionError: maximum recursion depth exceeded"
    for body, reason, ago in ((b"\r\n\r\n", empty, 3), (_good_one(), fault, 26)):
        at = clock.shift(REFERENCE - timedelta(hours=ago))
        delivery = rows.add(
            Delivery, inbox=inbox, key=hashlib.sha256(body).hexdigest(), body=body, size=len(body), attempts=1,
            state=Delivery.State.QUARANTINED, reason=reason, arrived_at=at,
        )  # fmt: skip
        happenings.of_delivery(delivery, at + timedelta(seconds=2))


def _good_one() -> bytes:
    return compose(
        Outbound(
            external_id="riprova@posta.example",
            sender=Party("rosanna.vitale@posta.example", "Rosanna Vitale"),
            to=(Party("assistenza@terraetavola.example"),),
            subject="Una mail che aspettava",
            text="Buongiorno, avete ancora la pignatta da tre litri? Grazie, Rosanna Vitale",
        )
    )
