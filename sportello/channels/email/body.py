"""The texts of a mail to one text, folded; HTML quotes are found by the marks that mailers leave in it."""

import re

from lxml.html import HtmlElement, builder

from sportello.lib import html as html_tools

from . import quotes
from .folding import QUOTE_ENDS, QUOTE_STARTS, Folded, fold
from .parts import Body

# Elements that hold a quote, each with the mailer that makes it.
QUOTES = (
    '//*[contains(concat(" ", @class), " gmail_quote") and not(ancestor::*[contains(@class, "gmail_quote")])]',
    '//blockquote[@type="cite"]',  # Apple Mail, Thunderbird
    '//*[contains(@class, "moz-cite-prefix")]',
    '//*[contains(@class, "yahoo_quoted")]',
    '//*[contains(@class, "protonmail_quote") or contains(@class, "tutanota_quote")]',
    '//*[contains(@class, "zmail_extra")]',
    '//*[@name="quote" or @id="reply-intro"]',  # GMX and WEB.DE, Roundcube
    '//*[@id="OLK_SRC_BODY_SECTION" or @id="mail-editor-reference-message-container"]',  # Outlook for Mac and phones
    '//*[contains(@class, "ms-outlook-mobile-reference-message")]',
)
# Elements after which everything is quoted: Outlook on the web, Outlook (its blue or grey rule), Outlook on phones.
STARTS = (
    '//*[@id="divRplyFwdMsg" or @id="appendonsend" or @id="ms-outlook-mobile-body-separator-line"]',
    '//*[contains(@class, "OutlookMessageHeader") or contains(@class, "outlookmessageheader")]',
)
RULE = re.compile(r"border(?:-top)?:\s*(?:none;\s*border-top:\s*)?solid\s+(?:#E1E1E1|#B5C4DF|#CCCCCC)\s", re.IGNORECASE)
STYLED = '//div[contains(translate(@style, "BORDETPSLI", "bordetpsli"), "border-top:solid")]'
FORWARD_IN = re.compile(
    rf"-{{5,}}\s*(?:{quotes.FORWARDED})|(?:{quotes.BEGIN_FORWARDED})\s*:|moz-forward", re.IGNORECASE
)
MARKS = re.compile(f"[{QUOTE_STARTS}{QUOTE_ENDS}]")
# Quick look, before an HTML that has a text beside it is taken apart at all.
HAS_QUOTE = re.compile(
    r"gmail_quote|type=\"?cite|moz-cite|yahoo_quoted|_quote\b|"
    r"zmail_extra|name=\"?quote|reply-intro|OLK_SRC|divRplyFwdMsg|"
    r"appendonsend|ms-outlook-mobile|solid #(?:E1E1E1|B5C4DF)|reference-message",
    re.IGNORECASE,
)
LETTERS = re.compile(r"[\W_]+")
ENOUGH = 0.9
"""Of what the HTML shows as written now, the share that must be found again in the text to fold it there."""


def read(bodies: list[Body], subject_forwards: bool) -> Folded:
    """Return the text of all bodies, folded."""
    marked = "\n\n".join(piece for body in bodies if (piece := _marked(body)).strip())
    folded = fold(marked, forwards=subject_forwards)
    if not folded.quoted and not subject_forwards and len(bodies) == 1 and bodies[0].text and bodies[0].html:
        return _folded_as_html(folded, bodies[0].html)
    return folded


def _marked(body: Body) -> str:
    """The text as it came; made from the HTML when there is none worth reading."""
    text = html_tools.SPACES.sub(" ", MARKS.sub("", body.text or ""))
    if body.html and (not text.strip() or _is_excuse(text, body.html)):
        return marked_text(body.html)
    return text


def _is_excuse(text: str, html: str) -> bool:
    """ "Your program cannot show HTML": a text of a line or two beside a long HTML with other words."""
    if len(text) > 300 or len(html) < 2000:
        return False
    shown = html_tools.to_text(html)
    return len(shown) > 5 * len(text) and LETTERS.sub("", text.lower())[:60] not in LETTERS.sub("", shown.lower())


def marked_text(html: str) -> str:
    """Return the text of `html` with what it quotes between marks."""
    tree = html_tools.parse(MARKS.sub("", html))
    if tree is None:
        return html_tools.to_text(html)
    for path in QUOTES:
        for element in tree.xpath(path):
            _enclose(element)
    for element in [found for path in STARTS for found in tree.xpath(path)] + [
        found for found in tree.xpath(STYLED) if RULE.search(found.get("style", ""))
    ]:
        _open_before(element)
    return html_tools.tree_text(tree)


def _enclose(element: HtmlElement) -> None:
    """Mark one quote; one that forwards is content and is left alone."""
    parent = element.getparent()
    if parent is None or FORWARD_IN.search(_beginning(element)):
        return
    opening, closing = builder.DIV(QUOTE_STARTS), builder.DIV(QUOTE_ENDS)
    closing.tail, element.tail = element.tail, None
    # Beside the element: counting its place among thousands of brothers, for each of them, takes half a minute.
    element.addprevious(opening)
    element.addnext(closing)


def _open_before(element: HtmlElement) -> None:
    """Mark that everything from here to the end is quoted; a rule above it goes with it."""
    parent = element.getparent()
    if parent is None:
        return
    previous = element.getprevious()
    start = previous if previous is not None and previous.tag == "hr" else element
    start.addprevious(builder.DIV(QUOTE_STARTS))


def _beginning(element: HtmlElement) -> str:
    previous = element.getprevious()
    text = ""
    for piece in element.itertext():
        text += piece
        if len(text) >= 300:
            break
    return text[:300] + (previous.get("class", "") if previous is not None else "")


def _folded_as_html(folded: Folded, html: str) -> Folded:
    """The text shows no quote: fold it where the HTML does, if the words agree."""
    if not HAS_QUOTE.search(html):
        return folded
    own = LETTERS.sub("", fold(marked_text(html)).reply.lower())
    if not own or not folded.text:
        return folded
    lines = folded.text.split("\n")
    place, done = 0, ""
    while place < len(lines) and own.startswith(done + (letters := LETTERS.sub("", lines[place].lower()))):
        done += letters
        place += 1
    if len(done) < len(own) * ENOUGH or place == len(lines):
        return folded
    return Folded(folded.text, "\n".join(lines[:place]).strip("\n"), "\n".join(lines[place:]).strip("\n"))
