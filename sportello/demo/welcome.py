"""What is said where the demo was started: addresses, people, and how to send it a mail."""

from django.conf import settings
from django.utils import translation

from .logins import DOMAIN, LOGINS, PASSWORD

WORDS = """
  Terra e Tavola, a demo of Sportello

  Desk       {url}
  Sign in    with one click, or as one of these with the password {password}
{people}
  Outbox     {url}/demo/outbox/
             what you send to customers arrives there; answer in their place

  Send it a mail, by SMTP on 127.0.0.1 port {port}:

    swaks --server 127.0.0.1:{port} --from ada@posta.example --to {to} \\
          --header 'Subject: Dov e il mio pacco?' --body 'Buongiorno, a che punto e il mio ordine TT-10482?'

    python3 -c 'import smtplib; smtplib.SMTP("127.0.0.1", {port}).sendmail("ada@posta.example", "{to}",
      "From: Ada <ada@posta.example>\\nSubject: Il mio ordine\\n\\nBuongiorno, a che punto e il mio ordine TT-10482?")'

  Ctrl C stops it. bin/demo --fresh starts over.
"""


def words() -> str:
    """Return it, in English: whoever starts a program reads that."""
    with translation.override("en"):
        people = [f"             {one.email:<32}{one.name:<18}{one.role_name}" for one in LOGINS]
    return WORDS.format(
        url=settings.PUBLIC_URL,
        password=PASSWORD,
        people="\n".join(people),
        port=settings.SMTP_PORT,
        to=f"assistenza@{DOMAIN}",
    )
