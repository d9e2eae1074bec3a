"""Who reacts to what, and what happens by itself.

Each reaction is a function of a list of events of one name, in the same transaction as the change: what takes long,
or speaks to the world, it enqueues. "*" stands for every event.
"""

from collections.abc import Callable
from threading import Event as Stop

from django.conf import settings
from django_tasks.base import Task

from sportello.agents.jobs import forget_ended_sessions
from sportello.agents.sessions import agent_of
from sportello.channels import fetching, receiving
from sportello.commerce.jobs import forget_abandoned_files
from sportello.conversations import delivery, intake, live, releasing, snoozing
from sportello.demo import mailserver as demo_mailserver
from sportello.jobs.jobs import prune
from sportello.realtime.live import announce
from sportello.realtime.topics import Wiring

REACTIONS: dict[str, list[Callable]] = {
    "*": [announce],
    "delivery.arrived": [intake.read_arrivals],
    "delivery.released": [intake.read_arrivals],
    "message.queued": [delivery.send_queued],
    "agent.deactivated": [releasing.release],
}

# What the clock starts: a name, when (cron, in the shop's time zone), and the task.
RECURRING: dict[str, tuple[str, Task]] = {
    "read what is left over": ("* * * * *", intake.read_waiting),
    "prune jobs": ("*/10 * * * *", prune),
    "forget abandoned files of orders": ("17 4 * * *", forget_abandoned_files),
    "forget ended sessions": ("40 3 * * *", forget_ended_sessions),
    "wake the snoozed": ("* * * * *", snoozing.wake_due),
}

# Loops beside the jobs, each in a thread of its own, started again when it dies.
SERVICES: list[Callable[[Stop], None]] = [fetching.watch, receiving.run]

if settings.DEMO:
    SERVICES.append(demo_mailserver.run)

# What a page can listen to, and who may.
LIVE = Wiring(agent_of=agent_of, gates={"conversation": live.may_hear}, feeds={"inbox": live.INBOX})
