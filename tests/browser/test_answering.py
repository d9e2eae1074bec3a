"""An agent reads, writes, sends, takes back; and others do things meanwhile."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ANSWER = ".composer__text[data-editor=out]"
NOTE = ".composer__text[data-editor=note]"


PASTE = """html => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
}"""
STYLED = """<p style="color:red">Ciao <b onclick="alert(1)">Giulia</b>\
<img src="https://tracker.example/x.gif"><script>alert(2)</script></p>"""


@pytest.fixture
def giulias(desk):
    return desk.written("Giulia Ferraris", "Un piatto scheggiato", "Uno dei piatti è arrivato scheggiato.")


def test_from_the_list_to_a_reply_and_back(desk, open_as, giulias):
    page = open_as("ben", "/conversations/")
    page.locator(f"#row-{giulias} .row__name").click()
    expect(page.locator("#thread")).to_contain_text("Uno dei piatti è arrivato scheggiato.")
    expect(page).to_have_url(re.compile(rf"/conversations/{giulias}\?view=team$"))
    expect(page.locator(f"#row-{giulias}")).to_have_class(re.compile("row--open"))

    page.keyboard.press("r")
    page.keyboard.type("Gentile Giulia, parte domani.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".message--ours .message__sheet")).to_have_text("Gentile Giulia, parte domani.")
    expect(page.locator("#toasts")).to_contain_text("Risposta a Giulia Ferraris in partenza")
    expect(page.locator(ANSWER)).to_have_text("")

    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(page.locator(".message--ours")).to_have_count(0)
    expect(page.locator(ANSWER)).to_have_text("Gentile Giulia, parte domani.")


def test_sending_and_solving_are_one_key(desk, open_as, giulias):
    page = open_as("ben", f"/conversations/{giulias}")
    page.locator(ANSWER).click()
    page.keyboard.type("Fatto.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#head .badge--kept")).to_have_text("risolta")
    expect(page.locator(f"#row-{giulias}")).to_have_count(0)


def test_what_a_colleague_writes_appears_and_leaves_the_draft_alone(desk, open_as, giulias):
    ben = open_as("ben", f"/conversations/{giulias}")
    ben.locator(ANSWER).click()
    ben.keyboard.type("Gentile Giu")
    anna = open_as("anna", f"/conversations/{giulias}")
    anna.keyboard.press("n")
    anna.keyboard.type("Il piatto di scorta è in negozio.")
    anna.keyboard.press("Control+Enter")
    expect(ben.locator(".message--note")).to_contain_text("Il piatto di scorta è in negozio.")
    ben.keyboard.type("lia,")
    expect(ben.locator(ANSWER)).to_have_text("Gentile Giulia,")


def test_sending_stops_when_the_customer_wrote_meanwhile(desk, open_as, giulias, watched):
    watched.allow("409")
    page = open_as("ben", f"/conversations/{giulias}")
    page.locator(ANSWER).click()
    page.keyboard.type("Arriva domani.")
    desk.written("Giulia Ferraris", "Un piatto scheggiato", "Anzi, annullate tutto!", conversation=giulias)
    expect(page.locator("#thread")).to_contain_text("Anzi, annullate tutto!")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#stopped")).to_contain_text("Non inviata: Giulia Ferraris ha scritto intanto.")
    expect(page.locator(".message--ours")).to_have_count(0)
    expect(page.locator(ANSWER)).to_have_text("Arriva domani.")
    page.locator("[data-anyway]").click()
    expect(page.locator(".message--ours .message__sheet")).to_have_text("Arriva domani.")


def test_a_new_conversation_comes_to_the_list_by_itself(desk, open_as):
    page = open_as("ben", "/conversations/?view=unassigned")
    number = desk.written("Paolo Greco", "Coupon rifiutato", "Non funziona.")
    expect(page.locator(f"#row-{number}")).to_contain_text("Coupon rifiutato")


def test_a_draft_survives_leaving_and_the_loss_of_the_network(desk, open_as, giulias, watched):
    watched.allow("ERR_INTERNET_DISCONNECTED")
    page = open_as("ben", f"/conversations/{giulias}")
    page.locator(ANSWER).click()
    page.keyboard.type("Prima riga.")
    expect(page.locator(".composer__saved")).to_have_text("bozza salvata")
    page.context.set_offline(True)
    page.keyboard.type(" Senza rete.")
    expect(page.locator(".composer__saved")).to_have_text("non ancora salvata: manca la rete")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator(ANSWER)).to_have_text("Prima riga. Senza rete.")


def test_what_is_pasted_is_made_plain(desk, open_as, giulias):
    page = open_as("ben", f"/conversations/{giulias}")
    page.locator(ANSWER).click()
    page.evaluate(PASTE, STYLED)
    expect(page.locator(f"{ANSWER} b")).to_have_text("Giulia")
    assert page.locator(f"{ANSWER} img, {ANSWER} script, {ANSWER} [style], {ANSWER} [onclick]").count() == 0


def test_a_file_is_attached_and_goes_with_the_reply(desk, open_as, giulias, tmp_path):
    receipt = tmp_path / "scontrino.pdf"
    receipt.write_bytes(b"%PDF-1.4")
    page = open_as("ben", f"/conversations/{giulias}")
    page.locator("[data-attach]").set_input_files(receipt)
    expect(page.locator(".upload")).to_contain_text("scontrino.pdf")
    page.locator(ANSWER).click()
    page.keyboard.type("In allegato.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".message--ours .attachment")).to_contain_text("scontrino.pdf")


def test_keys_take_one_through_the_desk(desk, open_as, giulias):
    desk.written("Paolo Greco", "Coupon rifiutato", "Non funziona.")
    page = open_as("ben", "/conversations/?view=unassigned")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    first = page.locator(".row--open").get_attribute("id")
    expect(page.locator("#thread")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".row--open")).not_to_have_id(first)
    page.keyboard.press("k")
    expect(page.locator(".row--open")).to_have_id(first)
    expect(page.locator("#open")).to_have_attribute("data-conversation", first.removeprefix("row-"))
    page.keyboard.press("a")
    expect(page.locator("#assignee-menu")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#head .avatar--me").first).to_be_visible()
    expect(page.locator(f"#{first}")).to_have_count(0)
    page.keyboard.press("e")
    expect(page.locator("#head .badge--kept")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator("#head .badge--kept")).to_have_count(0)


def test_letters_are_letters_in_a_text_field(desk, open_as, giulias):
    page = open_as("ben", f"/conversations/{giulias}")
    page.locator(ANSWER).click()
    page.keyboard.type("neja/?")
    expect(page.locator(ANSWER)).to_have_text("neja/?")
    expect(page.locator("#keys")).not_to_be_visible()
    expect(page.locator("#composer")).to_have_attribute("data-kind", "out")
