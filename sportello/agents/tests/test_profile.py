"""One's own page."""

from sportello.agents.models import Agent
from sportello.events.models import Event

TYPED = {"name": "Ben Costa", "language": "en", "theme": "dark", "signature": "Ben\nwww.terraetavola.example <b>&"}


def test_ben_changes_his_language_theme_and_signature(ben, ben_client):
    assert ben_client.post("/settings/me/", TYPED)["Location"] == "/settings/me/"
    ben.refresh_from_db()
    assert (ben.language, ben.theme) == ("en", "dark")
    assert ben.signature.startswith("Ben<br><a href=")
    assert "&lt;b&gt;&amp;" in ben.signature, "what is typed is text"
    page = ben_client.get("/settings/me/")
    assert page["Content-Language"] == "en"
    assert 'data-theme="dark"' in page.text
    assert page.context["form"]["signature"].value() == TYPED["signature"]


def test_saving_again_changes_nothing(ben, ben_client):
    for _time in range(2):
        ben_client.post("/settings/me/", TYPED)
    assert [event.name for event in Event.objects.all()] == ["agent.changed"]


def test_nobody_makes_themselves_administrator(ben, ben_client):
    ben_client.post("/settings/me/", {**TYPED, "role": "admin", "is_active": "", "email": "evil@shop.example"})
    ben = Agent.objects.get(pk=ben.pk)
    assert (ben.role, ben.is_active, ben.email) == ("agent", True, "ben@shop.example")


def test_a_signature_brings_no_script(ben, ben_client):
    ben_client.post("/settings/me/", {**TYPED, "signature": "<script>alert(1)</script> javascript:alert(1)"})
    ben.refresh_from_db()
    assert "<script" not in ben.signature
    assert "href" not in ben.signature
