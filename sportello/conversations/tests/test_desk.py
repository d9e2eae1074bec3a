"""The desk: what stands on it for whom, and what pressing its buttons does."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sportello.conversations import actions
from sportello.conversations.models import Attachment, Conversation, Draft, Message, Sending
from sportello.events.models import Event

HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(conversation):
    return f"/conversations/{conversation.pk}"


def test_the_list_shows_who_waits_and_since_when(ben_client, conversation):
    html = ben_client.get("/conversations/").content.decode()
    assert f'href="/conversations/{conversation.pk}?view=team"' in html
    assert "Giulia Ferraris" in html
    assert "row--unread" in html
    assert f'data-since="{conversation.waiting_since.isoformat()}"' in html


def test_cleo_from_another_team_sees_nothing(cleo_client, conversation, address):
    assert "Giulia Ferraris" not in cleo_client.get("/conversations/").content.decode()
    assert cleo_client.get(address).status_code == 404
    for state in ("closure", "assignee", "snooze", "spam", "tags", "priority", "team", "unread", "replies", "notes"):
        assert cleo_client.post(f"{address}/{state}", {"agent": "me", "until": "2999-01-01T09:00"}).status_code == 404
    conversation.refresh_from_db()
    assert conversation.is_open
    assert conversation.assignee is None
    assert conversation.messages.count() == 1


def test_a_guest_reads_and_notes_but_changes_nothing(make_agent, shipping, conversation, address, client):
    guest = make_agent("Gino Ospite", shipping, role="guest")
    client.force_login(guest)
    html = client.get(address).content.decode()
    assert "Un piatto è arrivato scheggiato." in html
    assert "data-do=" not in html
    assert 'data-write="out"' not in html
    assert client.post(f"{address}/closure").status_code == 404
    assert client.post(f"{address}/replies", {"html": "<p>Ciao</p>", "to": "a@posta.example"}).status_code == 404
    assert client.post(f"{address}/notes", {"html": "<p>Visto</p>"}).status_code == 302
    assert conversation.messages.filter(kind="note").get().text == "Visto"
    conversation.refresh_from_db()
    assert conversation.unread


def test_opening_it_takes_the_dot_away(ben_client, conversation, address):
    ben_client.get(address)
    conversation.refresh_from_db()
    assert not conversation.unread
    assert not Event.objects.filter(topic=f"conversation:{conversation.pk}").exists()


def test_who_has_the_desk_gets_only_the_conversation(ben_client, address):
    html = ben_client.get(address, headers=HTMX).content.decode()
    assert 'id="thread"' in html
    assert "<html" not in html


def test_solving_and_taking_it_back(ben_client, ben, conversation, address):
    answer = ben_client.post(f"{address}/closure", headers=HTMX)
    conversation.refresh_from_db()
    assert not conversation.is_open
    assert "data-undo" in answer.content.decode()
    assert f'"conversation": {conversation.pk}' in answer["HX-Trigger"]
    ben_client.delete(f"{address}/closure", headers=HTMX)
    conversation.refresh_from_db()
    assert conversation.is_open


def test_without_javascript_one_comes_back_to_the_conversation(ben_client, address):
    assert ben_client.post(f"{address}/closure")["Location"] == address


def test_of_two_who_take_it_one_is_told_who_has_it(ben_client, anna_client, ben, conversation, address):
    ben_client.post(f"{address}/assignee", {"agent": "me"}, headers=HTMX)
    late = anna_client.post(f"{address}/assignee", {"agent": "me"}, headers=HTMX).content.decode()
    conversation.refresh_from_db()
    assert conversation.assignee == ben
    assert "Ben Costa" in late
    assert "data-undo" not in late


def test_a_snooze_is_a_moment_to_come(ben_client, conversation, address):
    ben_client.post(f"{address}/snooze", {"until": "2001-01-01T09:00"})
    ben_client.post(f"{address}/snooze", {"until": "domani"})
    conversation.refresh_from_db()
    assert conversation.snoozed_until is None
    ben_client.post(f"{address}/snooze", {"until": "2999-01-01T09:00"})
    conversation.refresh_from_db()
    # Nine in the morning in Rome.
    assert conversation.snoozed_until.isoformat() == "2999-01-01T08:00:00+00:00"


def test_blocking_puts_it_with_the_spam(ben_client, conversation, address, giulia):
    ben_client.post(f"{address}/spam", {"block": "1"})
    conversation.refresh_from_db()
    assert conversation.spam_at
    assert giulia.identities.get().blocked_at
    ben_client.delete(f"{address}/spam")
    assert giulia.identities.get().blocked_at is None


REPLY = {"html": "<p>Parte <b>domani</b>.</p>", "to": "Giulia Ferraris <giulia@posta.example>", "nonce": "n1"}


def test_a_reply_leaves_once_and_can_be_taken_back(ben_client, ben, conversation, address):
    first = ben_client.post(f"{address}/replies", REPLY, headers=HTMX)
    again = ben_client.post(f"{address}/replies", REPLY, headers=HTMX)
    message = conversation.messages.get(kind="out")
    assert first.status_code == again.status_code == 200
    assert message.parties["to"] == [{"name": "Giulia Ferraris", "address": "giulia@posta.example"}]
    assert f'hx-delete="/conversations/messages/{message.pk}/sending"' in first.content.decode()
    undone = ben_client.delete(f"/conversations/messages/{message.pk}/sending", headers=HTMX)
    assert "desk:undone" in undone["HX-Trigger"]
    assert message.sending.state == Sending.State.CANCELLED
    assert Draft.objects.get(agent=ben).html == "<p>Parte <b>domani</b>.</p>"
    assert f'id="m{message.pk}"' not in ben_client.get(address).content.decode()


def test_a_reply_stops_when_somebody_was_quicker(ben_client, anna, conversation, address):
    seen = conversation.messages.get().pk
    actions.note(conversation, by=anna, html="<p>Ci penso io</p>")
    answer = ben_client.post(f"{address}/replies", {**REPLY, "seen": seen}, headers=HTMX)
    assert answer.status_code == 409
    assert "Anna Riva" in answer.content.decode()
    assert not conversation.messages.filter(kind="out").exists()
    assert ben_client.post(f"{address}/replies", {**REPLY, "seen": seen, "anyway": "1"}).status_code == 302
    assert conversation.messages.filter(kind="out").count() == 1


def test_an_empty_reply_and_one_to_nobody_are_refused(ben_client, conversation, address):
    assert ben_client.post(f"{address}/replies", {**REPLY, "html": "<p><br></p>"}, headers=HTMX).status_code == 422
    assert ben_client.post(f"{address}/replies", {**REPLY, "to": "nessuno"}, headers=HTMX).status_code == 422
    assert conversation.messages.count() == 1


def test_the_composer_shows_who_will_get_it(ben_client, address):
    html = ben_client.get(address).content.decode()
    assert 'name="to" value="Giulia Ferraris &lt;giulia@posta.example&gt;"' in html


def test_a_draft_comes_back_to_its_writer_alone(ben_client, anna_client, conversation, address):
    kept = {"html": "<p>Gentile Giulia</p>", "seen": "7", "parties": "1", "to": "altra@posta.example"}
    assert ben_client.post(f"{address}/draft/out", kept).status_code == 204
    mine = ben_client.get(address).content.decode()
    assert "<p>Gentile Giulia</p>" in mine
    assert 'value="altra@posta.example"' in mine
    assert 'name="seen" value="7"' in mine
    assert "Gentile Giulia" not in anna_client.get(address).content.decode()
    assert ben_client.delete(f"{address}/draft/out").status_code == 204
    assert not Draft.objects.exists()


def test_what_is_new_since_a_message_comes_with_its_ids(ben_client, anna, conversation, address):
    first = conversation.messages.get()
    actions.claim(conversation, by=anna)
    note = actions.note(conversation, by=anna, html="<p>Ci penso io</p>")
    html = ben_client.get(f"{address}/since/{first.pk}?event=0", headers=HTMX).content.decode()
    claimed = Event.objects.get(name="conversation.claimed")
    assert f'id="m{note.pk}"' in html
    assert f'id="e{claimed.pk}"' in html
    assert f'id="m{first.pk}"' not in html
    assert f'data-message="{note.pk}"' in html


def test_what_changed_its_state_is_told_again(ben_client, ben, conversation, address):
    ben_client.post(f"{address}/replies", REPLY)
    message = conversation.messages.get(kind="out")
    Sending.objects.filter(message=message).update(state="failed", reason="550 Casella piena")
    actions.retry(message, by=ben)
    Sending.objects.filter(message=message).update(state="unknown")
    html = ben_client.get(f"{address}/since/{message.pk}?event=0").content.decode()
    assert f'id="m{message.pk}"' in html
    assert f"/conversations/messages/{message.pk}/fate" in html


def test_the_words_of_a_customer_are_never_html(ben_client, conversation, address):
    Message.objects.update(text='<script>alert(1)</script> e <img src=x onerror="y"> http://shop.example/?a=1&b=2')
    html = ben_client.get(address).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="http://shop.example/?a=1&amp;b=2"' in html


def test_the_thread_shows_thirty_and_the_rest_when_asked(ben_client, conversation, address, inbox):
    for number in range(40):
        Message.objects.create(conversation=conversation, inbox=inbox, kind="in", text=f"numero {number};")
    html = ben_client.get(address).content.decode()
    assert "numero 39;" in html
    assert "numero 9;" not in html
    earlier = re.search(rf"{address}/earlier/\d+", html).group()
    before = ben_client.get(earlier).content.decode()
    assert "numero 9;" in before
    assert "numero 10;" not in before


def test_the_original_is_shown_where_nothing_can_act(ben_client, cleo_client, conversation):
    message = conversation.messages.get()
    message.html = '<p style="color:red">Ciao<img src="https://tracker.example/x.gif"></p>'
    message.save()
    answer = ben_client.get(f"/conversations/messages/{message.pk}/html")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert "https:" in ben_client.get(f"/conversations/messages/{message.pk}/html?images=1")["Content-Security-Policy"]
    assert cleo_client.get(f"/conversations/messages/{message.pk}/html").status_code == 404


def test_the_page_of_fifty_asks_the_database_eight_times(
    ben_client, ben, inbox, giulia, shipping, django_assert_max_num_queries
):
    for number in range(60):
        Conversation.objects.create(
            inbox=inbox, customer=giulia, team=shipping, assignee=ben if number % 2 else None, subject=f"n. {number}"
        )
    ben_client.get("/conversations/")
    with django_assert_max_num_queries(8):
        html = ben_client.get("/conversations/").content.decode()
    assert html.count('class="row') >= 50


def test_more_rows_go_on_where_the_list_ends(ben_client, inbox, giulia, shipping):
    for number in range(60):
        Conversation.objects.create(inbox=inbox, customer=giulia, team=shipping, subject=f"n. {number};")
    html = ben_client.get("/conversations/").content.decode()
    more = re.search(r'hx-get="([^"]+)"', html).group(1).replace("&amp;", "&")
    rest = ben_client.get(more, headers=HTMX).content.decode()
    shown = set(re.findall(r'id="row-(\d+)"', html))
    then = set(re.findall(r'id="row-(\d+)"', rest))
    assert len(shown) == 50
    assert len(then) == 10
    assert not shown & then
    assert "list__group" not in rest


def test_a_file_is_added_to_a_draft_and_taken_off(ben_client, anna_client, address, ben):
    upload = SimpleUploadedFile("scontrino.pdf", b"%PDF-1.4", "application/pdf")
    answer = ben_client.post(f"{address}/files/out", {"file": upload})
    file = Attachment.objects.get()
    assert answer.status_code == 201
    assert file.draft.agent == ben
    assert anna_client.get(f"/attachments/{file.pk}/scontrino.pdf").status_code == 404
    assert anna_client.delete(f"/attachments/{file.pk}").status_code == 404
    assert ben_client.delete(f"/attachments/{file.pk}").status_code == 200
    assert not Attachment.objects.exists()


def test_where_one_lands_is_the_desk(ben_client, conversation):
    assert "Giulia Ferraris" in ben_client.get("/").content.decode()


NINES = "9" * 5000


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"/since/1?event={NINES}", 200),
        (f"/since/{'9' * 30}", 200),
        ("?view=team&size=" + NINES, 200),
        (f"/draft/{NINES}", 404),
    ],
)
def test_a_number_that_is_none_is_taken_for_none(ben_client, address, query, status):
    assert ben_client.get(f"{address}{query}").status_code == status


def test_a_page_of_the_list_that_nobody_gave_out_begins_at_the_beginning(ben_client, conversation):
    for key in (f"w2020-01-01T00:00:00+00:00,{NINES}", "w0001-01-01T00:00:00+14:00,1", "wieri,1"):
        answer = ben_client.get("/conversations/", {"view": "team", "after": key})
        assert "Giulia Ferraris" in answer.content.decode()


def test_ids_that_no_row_can_have_find_nothing(ben_client, conversation, address):
    assert ben_client.post(f"{address}/assignee", {"agent": NINES}).status_code == 404
    assert ben_client.post(f"{address}/notes", {"html": "ciao", "files": [NINES, "9" * 30]}).status_code == 302
    assert ben_client.post(f"{address}/draft/note", {"html": "ciao", "seen": "9" * 30}).status_code == 204
    ben_client.post(f"{address}/snooze", {"until": "9999-12-31T23:59:59Z"})
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.snoozed_until) == (None, None)
