from django.db import transaction

from sportello.events.record import record

from ..models import Agent


@transaction.atomic
def end_sessions(agent: Agent, *, by: Agent, but: str | None = None) -> int:
    """Sign them out of every browser (but the one with this key); return of how many."""
    ended, _rows = agent.sessions.exclude(session_key=but or "").delete()
    if ended:
        record("agent.signed_out_elsewhere", agent, by=by, sessions=ended)
    return ended
