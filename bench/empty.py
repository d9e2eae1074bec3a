"""The limit for accepting: the same server, whose door for deliveries answers 202 and does nothing else."""

from sportello import asgi
from sportello.channels.accept import ACCEPTED, NOTHING_MORE
from sportello.lib.bodies import chunks


async def empty(scope, receive, send):
    async for _ in chunks(receive, limit=1_000_000):
        pass
    await send(ACCEPTED)
    await send(NOTHING_MORE)


asgi.accept = empty
application = asgi.application
