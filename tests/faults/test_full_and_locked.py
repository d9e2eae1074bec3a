"""The disk is full, or the database is locked: nothing is acknowledged, nothing is lost, and it goes on afterwards."""

PREPARE = """
from django.db import OperationalError, connection
from sportello.channels.models import Cursor, Delivery, Inbox
from sportello.channels.storing import store
from sportello.conversations import intake
from sportello.conversations.models import Conversation
from django.conf import settings
settings.CHANNELS = {"email": "sportello.testing.Channel"}
inbox, _ = Inbox.objects.get_or_create(kind="email", name="Assistenza", address="info@shop.example")
def line(n):
    return b'{"id": "m%d", "from": "c@posta.example", "text": "%s"}' % (n, b"Ordine " * 2000)
def refused(action):
    try:
        action()
    except OperationalError as error:
        return str(error)
    return "no error"
def say():
    states = sorted(Delivery.objects.values_list("state", "attempts"))
    cursor = Cursor.objects.values_list("value", flat=True).first()
    print(states, cursor, Conversation.objects.count(), flush=True)
"""

FULL = """
def full():
    with connection.cursor() as database:
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages + 1}")
def room():
    connection.close()
store(inbox.pk, [("a", line(1))], cursor={"uid": 1})
full()
print(refused(lambda: store(inbox.pk, [("b", line(2))], cursor={"uid": 2})))
print(refused(lambda: intake.read_waiting.call()))
say()
room()
store(inbox.pk, [("b", line(2))], cursor={"uid": 2})
intake.read_waiting.call()
say()
"""

HOLD = """
from django.db import connection, transaction
with transaction.atomic():
    with connection.cursor() as database:
        database.execute("UPDATE channels_inbox SET name = name")
    print("held", flush=True)
    input()
"""

LOCKED = """
connection.ensure_connection()
with connection.cursor() as database:
    database.execute("PRAGMA busy_timeout = 50")
print(refused(lambda: store(inbox.pk, [("b", line(2))], cursor={"uid": 2})))
print(refused(lambda: intake.read_waiting.call()))
say()
"""

AFTERWARDS = """
store(inbox.pk, [("b", line(2))], cursor={"uid": 2})
intake.read_waiting.call()
say()
"""


def test_on_a_full_disk_nothing_is_taken_and_with_room_everything_is_read(shop):
    assert shop.python(PREPARE + FULL).splitlines() == [
        "database or disk is full",
        "database or disk is full",
        "[('arrived', 0)] {'uid': 1} 0",
        "[('read', 1), ('read', 1)] {'uid': 2} 2",
    ]


def test_while_another_program_holds_the_database_nothing_is_taken_and_afterwards_everything_is_read(shop):
    shop.python(PREPARE + "store(inbox.pk, [('a', line(1))], cursor={'uid': 1})")
    holder = shop.start(HOLD, stdin=-1, stdout=-1)
    assert holder.stdout.readline() == b"held\n"
    assert shop.python(PREPARE + LOCKED).splitlines() == [
        "database is locked",
        "database is locked",
        "[('arrived', 0)] {'uid': 1} 0",
    ]
    holder.communicate(b"\n", timeout=30)
    assert shop.python(PREPARE + AFTERWARDS) == "[('read', 1), ('read', 1)] {'uid': 2} 2"
