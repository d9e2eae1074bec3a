"""Who may do what: questions about a person, asked by views and templates. The table is in docs/roles.md."""

from sportello.lib.access import admin_only, no_guests, supervisor_only

from .models import Agent

__all__ = [
    "admin_only",
    "may_change_settings",
    "may_manage_people",
    "may_reply",
    "may_see_everything",
    "no_guests",
    "supervisor_only",
]


def may_reply(agent: Agent) -> bool:
    """Write to customers, and change a conversation. A guest only reads and leaves notes."""
    return not agent.is_guest


def may_see_everything(agent: Agent) -> bool:
    """Conversations of every team, the audit, quarantine."""
    return agent.is_supervisor


def may_manage_people(agent: Agent) -> bool:
    """Invite, change roles, put people out."""
    return agent.is_admin


def may_change_settings(agent: Agent) -> bool:
    """Inboxes, brands, the shop itself."""
    return agent.is_admin
