"""Everything that can happen to the people who work at the desk, and to their teams."""

from .invitations import Gone, accept, find_invitation, invite, renew, revoke
from .people import LastAdmin, change_person, change_profile, deactivate, reactivate, take_second_step_off
from .sessions import end_sessions
from .teams import change_team, create_team, delete_team

__all__ = [
    "Gone",
    "LastAdmin",
    "accept",
    "change_person",
    "change_profile",
    "change_team",
    "create_team",
    "deactivate",
    "delete_team",
    "end_sessions",
    "find_invitation",
    "invite",
    "reactivate",
    "renew",
    "revoke",
    "take_second_step_off",
]
