"""What one is writing: who it goes to, the draft kept so far, and what stands below it when it leaves."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString

from sportello.agents.requests import SignedIn
from sportello.lib.numbers import row_id
from sportello.lib.own_html import own_html

from .. import queries
from ..actions.reply import signature_of
from ..models import Conversation, Draft, Message
from .lines import plain_html

Parties = list[dict[str, str]]


def composer_of(request: SignedIn, conversation: Conversation, seen: int) -> dict[str, Any]:
    """What the composer shows: the two drafts of this agent, and the recipients an answer would have."""
    drafts = {draft.kind: draft for draft in _drafts(conversation, request.user)}
    answer = drafts.get(Message.Kind.OUT)
    written = answer.html if answer else ""
    return {
        "answer": SafeString(own_html(written)),
        "answer_files": list(answer.attachments.all()) if answer else [],
        "note": SafeString(own_html(drafts[Message.Kind.NOTE].html)) if Message.Kind.NOTE in drafts else "",
        "parties": _parties_of(conversation, answer),
        "seen": answer.seen if answer and answer.seen and written else seen,
        "signature": SafeString(own_html(signature_of(conversation.inbox, request.user))),
        "may_reply": not request.user.is_guest,
        "only_note": request.user.is_guest,
    }


def _drafts(conversation: Conversation, agent: Any) -> Iterable[Draft]:
    return Draft.objects.filter(conversation=conversation, agent=agent).prefetch_related("attachments")


def _parties_of(conversation: Conversation, draft: Draft | None) -> dict[str, str]:
    """To, Cc and Bcc as they are typed: those the agent chose, or those computed from what is answered."""
    if draft and draft.parties:
        return {name: typed(draft.parties.get(name, ())) for name in ("to", "cc", "bcc")}
    computed = queries.recipients(conversation)
    return {"to": typed(computed.to), "cc": typed(computed.cc), "bcc": ""}


# "Ferraris, Giulia" <giulia@posta.example> · Giulia <giulia@posta.example> · giulia@posta.example
# Piece by piece, each bounded and none beginning where another could: a field full of blanks takes no longer.
PIECE = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.){0,300})"|<(?P<address>[^<>\s]{3,320})>|(?P<end>[,;])|(?P<word>[^\s<>,;"]+)', re.DOTALL
)
SPECIAL = re.compile(r'[",;<>@\\]')


def typed(parties: Iterable[dict[str, str]]) -> str:
    """Return parties as one types them: Giulia Ferraris <giulia@posta.example>, ciao@posta.example"""
    return ", ".join(_typed(party.get("name", ""), party["address"]) for party in parties)


def _typed(name: str, address: str) -> str:
    if SPECIAL.search(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name} <{address}>" if name else address


def parties_from(text: str) -> Parties:
    """Return the parties typed in a field, each address once; what has no @ is no address."""
    found: dict[str, dict[str, str]] = {}
    words: list[str] = []
    for piece in PIECE.finditer(text[:20_000] + ","):
        if _is_address(piece["address"]):
            parties = [{"name": " ".join(words).strip(), "address": piece["address"]}]
        elif piece["end"]:
            parties = [{"name": "", "address": word} for word in words if _is_address(word)]
        else:
            words.append(piece["word"] or re.sub(r"\\(.)", r"\1", piece["quoted"] or ""))
            continue
        for party in parties:
            found.setdefault(party["address"].casefold(), party)
        words = []
    return list(found.values())


def _is_address(text: str | None) -> bool:
    return text is not None and "@" in text[1:-1] and not re.search(r'[\s<>,;"]', text)


def addressed(request: SignedIn) -> dict[str, Parties]:
    """To, Cc and Bcc of a form."""
    return {name: parties_from(request.POST.get(name, "")) for name in ("to", "cc", "bcc")}


def written(request: SignedIn) -> str:
    """The words of a form as HTML: from the editor, or typed as plain text where there is none."""
    return own_html(request.POST.get("html") or plain_html(request.POST.get("text", "")))


def chosen_files(request: SignedIn) -> tuple[int, ...]:
    return tuple(filter(None, map(row_id, request.POST.getlist("files"))))
