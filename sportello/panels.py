"""What is shown beside what, and where one can go from anywhere."""

from django.utils.translation import gettext_lazy as _

from sportello.commerce import panels as commerce
from sportello.conversations import panels as conversations
from sportello.ui.links import Group, Link


def is_admin(agent) -> bool:
    return agent.is_admin


def is_supervisor(agent) -> bool:
    return agent.is_supervisor


# The rail. What is not built yet has no page, and is not shown.
RAIL = (
    Link(_("Desk"), "/", "inbox", covers=("/conversations/",)),
    Link(_("Customers"), "/customers/", "users"),
    Link(_("Outbox"), "/demo/outbox/", "send"),
    Link(_("Search"), "/search", "search", at_foot=True),
    Link(_("Settings"), "/settings/", "settings", at_foot=True),
)

SETTINGS = (
    Group(
        _("Channels"),
        (
            Link(_("Inboxes"), "/settings/inboxes/", "mail", allowed=is_admin),
            Link(_("Quarantine"), "/settings/quarantine/", "file-warning", allowed=is_supervisor),
            Link(_("Health"), "/settings/health/", "gauge", allowed=is_supervisor),
        ),
    ),
    Group(
        _("Shop"),
        (
            Link(_("Shop and brands"), "/settings/shop/", "store", allowed=is_admin),
            Link(_("Orders"), "/settings/orders/", "package", allowed=is_admin),
            Link(_("People"), "/settings/people/", "users", allowed=is_admin),
            Link(_("Teams"), "/settings/teams/", "users-round", allowed=is_supervisor),
            Link(_("Labels"), "/settings/tags/", "tag", allowed=is_supervisor),
            Link(_("What changed"), "/settings/audit/", "history", allowed=is_supervisor),
        ),
    ),
    Group(
        _("You"),
        (
            Link(_("Your page"), "/settings/me/", "user-round"),
            Link(_("Access"), "/settings/security/", "shield-check"),
        ),
    ),
)

# Functions of (request, the thing) that return HTML, or nothing. See ui/beside.py.
BESIDE_CONVERSATION = (commerce.beside_conversation,)
BESIDE_CUSTOMER = (commerce.beside_customer, conversations.beside_customer)
BESIDE_ORDER = (conversations.beside_order,)
