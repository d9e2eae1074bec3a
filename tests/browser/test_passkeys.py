"""A passkey from its making to the next morning's sign-in, in a real browser with a made-up finger.

Browsers give passkeys only to a name, not to an address of figures: here the desk is called localhost.
"""

import pytest

PASSWORD = "banco-banco-1"

pytestmark = pytest.mark.browser


@pytest.fixture
def finger(open_as, desk):
    """Ben's browser at the door, with a device that makes passkeys and recognises him."""
    page = open_as("", desk.address.replace("127.0.0.1", "localhost") + "/sign-in/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    page.device = session.send("WebAuthn.addVirtualAuthenticator", {"options": device})["authenticatorId"]
    page.cdp = session
    yield page
    desk.python("from allauth.mfa.models import Authenticator; Authenticator.objects.all().delete()")


def enter(page):
    page.fill("[name=login]", "ben@shop.example")
    page.fill("[name=password]", PASSWORD)
    page.click("form.form button")


def add_passkey(page, name):
    page.goto(page.url + "settings/security/passkeys/add/")
    page.fill("[name=password]", PASSWORD)  # is it still you?
    page.click("form.form button")
    page.fill("[name=name]", name)
    page.click("[data-passkey-go]")
    page.wait_for_url("**/settings/security/codes/")


def test_ben_makes_a_passkey_and_enters_with_it_alone(finger, desk):
    page = finger
    enter(page)
    page.wait_for_url("**/")
    root = page.url
    add_passkey(page, "Portatile")
    kept = page.cdp.send("WebAuthn.getCredentials", {"authenticatorId": page.device})["credentials"]
    assert [(one["isResidentCredential"], one["rpId"]) for one in kept] == [(True, "localhost")]
    page.goto(f"{root}settings/security/")
    assert page.locator("li", has_text="Portatile").count() == 1

    page.context.clear_cookies()
    page.goto(f"{root}sign-in/")
    page.click("[data-passkey-go]")
    page.wait_for_url(root)
    page.goto(f"{root}settings/me/")
    assert page.input_value("[name=name]") == "Ben Costa"

    page.context.clear_cookies()
    page.goto(f"{root}sign-in/")
    enter(page)
    page.wait_for_url("**/sign-in/code/")  # with a passkey, the password alone opens nothing
    page.click("[data-passkey-go]")
    page.wait_for_url(root)


def test_a_finger_nobody_knows_opens_nothing_and_it_is_said(finger):
    page = finger
    page.click("[data-passkey-go]")
    page.locator("[data-passkey-failed]").wait_for(state="visible")
    assert page.url.endswith("/sign-in/")
