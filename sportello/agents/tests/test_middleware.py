"""Before every page: the clock of the shop, and what one page costs."""

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone

from sportello.agents.middleware import at_the_shop
from sportello.workspace.models import Workspace


def zone_seen_by(agent):
    request = RequestFactory().get("/")
    request.user = agent
    return at_the_shop(lambda request: timezone.get_current_timezone_name())(request)


def test_times_are_shown_by_the_clock_of_the_shop(ben, workspace):
    workspace.time_zone = "America/New_York"
    workspace.save()
    assert zone_seen_by(ben) == "America/New_York"
    assert timezone.get_current_timezone_name() == "Europe/Rome", "and this thread is in Rome again"


def test_a_stranger_costs_no_question():
    # Without the `db` fixture, a question to the database fails the test.
    assert zone_seen_by(AnonymousUser()) == "Europe/Rome"


def test_the_shop_is_remembered_and_forgotten_when_it_changes(workspace, django_assert_num_queries):
    Workspace.objects.current()
    with django_assert_num_queries(0):
        assert Workspace.objects.current().name == "Terra e Tavola"
    workspace.name = "Terra"
    workspace.save()
    assert Workspace.objects.current().name == "Terra"


def test_an_inside_page_asks_two_questions_before_its_own(ben_client, workspace, django_assert_num_queries):
    ben_client.get("/")
    with django_assert_num_queries(2):  # the session, and whose it is
        assert ben_client.get("/never-there").status_code == 404


def test_what_only_some_may_see_is_kept_by_no_browser(anna_client, client, workspace):
    """Whoever sits at the counter next finds no customer behind the "back" button."""
    for path in ("/customers/", "/settings/people/", "/never-there"):
        assert anna_client.get(path)["Cache-Control"] == "private, no-store"
    assert "no-store" in client.get("/sign-in/")["Cache-Control"]
