"""Stored deliveries read into conversations: messages a second on one core.

Two thirds of the messages start a conversation, one third continues one. The limit is what the database does with as
many bare rows of the same bytes, inserted in transactions of the same size. Promised is what SQLite does.
"""

import json
import os
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from django.conf import settings
from django.db import connection, transaction

from sportello.channels import registry
from sportello.channels.models import Inbox
from sportello.channels.storing import store
from sportello.conversations import intake
from sportello.conversations.models import Message

from .rows import Row, rate

WORDS = (
    "Buongiorno, due settimane fa ho ordinato sei piatti piani e una moka con l'ordine TT-10{n:05}. "
    "Il corriere dice che il pacco è fermo a Bologna, ma nessuno sa dirmi quando parte. Potete controllare? "
    "Domenica ho ospiti e senza i piatti non so come fare. Grazie, Paola numero {n}"
)


def bench(quick: bool) -> Iterator[Row]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    count = 1000 if quick else 5000
    yield _read("text messages read", "sportello.testing.Channel", line, count, promise=1000)
    mails = count // 4
    yield _read("mails of 8 KB read", "sportello.channels.email.channel.Channel", mail, mails, promise=250)


def _read(figure: str, channel: str, make: Callable[[int], bytes], count: int, promise: int) -> Row:
    settings.CHANNELS = {"email": channel}
    registry.channels.cache_clear()
    inbox = Inbox.objects.create(kind="email", name=figure, address="info@shop.example")
    bodies = [make(n) for n in range(count)]
    for start in range(0, count, intake.BATCH):
        store(inbox.pk, [(f"{n}", bodies[n]) for n in range(start, min(start + intake.BATCH, count))])
    limit = rate(count, lambda: bare_rows(bodies))
    speed = rate(count, intake.read_waiting.call)
    found = Message.objects.filter(inbox=inbox).count()
    if found != count:
        raise RuntimeError(f"{found} of {count} messages were read")
    return Row(figure, speed, limit=limit, promise=promise if connection.vendor == "sqlite" else None)


def bare_rows(bodies: list[bytes]) -> None:
    """Insert the bytes, without index or constraint, BATCH rows in each transaction."""
    kind = "BLOB" if connection.vendor == "sqlite" else "BYTEA"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare (id INTEGER PRIMARY KEY, body {kind})")
        for start in range(0, len(bodies), intake.BATCH):
            rows = list(enumerate(bodies[start : start + intake.BATCH], start))
            with transaction.atomic():
                cursor.executemany("INSERT INTO bare VALUES (%s, %s)", rows)
        cursor.execute("DROP TABLE bare")


def line(n: int) -> bytes:
    """A message of a channel that speaks JSON, with nothing to work out."""
    said = {"id": f"t{n}", "from": f"c{n % 2000}@posta.example", "name": "Paola Conti", "text": WORDS.format(n=n)}
    if n % 3 == 2:
        said["in_reply_to"] = f"t{n - 2}" if n < 2000 else f"t{n - 2000}"
    return json.dumps(said).encode()


def mail(n: int) -> bytes:
    """About 8 KB as mail programs write them: text and HTML, a signature, the quoted history, a few headers."""
    message = EmailMessage()
    message["Message-ID"] = f"<m{n}@posta.example>"
    message["From"] = f"Paola Conti <p{n % 500}@posta.example>"
    message["To"] = "Assistenza <info@shop.example>"
    message["Subject"] = f"Il mio ordine TT-10{n:05}, due piatti e una moka"
    message["Date"] = "Fri, 20 Nov 2026 10:12:13 +0100"
    for hop in range(4):
        message["Received"] = f"from mx{hop}.posta.example by relay{hop}.posta.example with ESMTPS id 4X{n}{hop}; now"
    if n % 3 == 2:
        message["In-Reply-To"] = message["References"] = f"<m{n - 2}@posta.example>"
    now, before = WORDS.format(n=n), [f"{WORDS.format(n=n + k)}" for k in range(6)]
    quoted = "\n".join(f"> {one}" for one in before)
    message.set_content(f"{now}\n\nIl giorno 18 nov 2026, alle 09:30, Assistenza ha scritto:\n{quoted}\n")
    inner = "".join(f'<p style="margin:0;color:#222"><span>{one}</span></p>' for one in before)
    message.add_alternative(
        f'<html><head><style>p {{margin: 0}}</style></head><body><div dir="ltr"><p>{now}</p></div><br>'
        f'<div class="gmail_quote"><div class="gmail_attr">Il giorno 18 nov 2026, Assistenza ha scritto:<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{inner * 2}</blockquote></div></body></html>',
        subtype="html",
    )
    return message.as_bytes()
