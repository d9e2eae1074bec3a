"""HTML from strangers: made harmless (`sanitise`), or turned into text (`to_text`). Bounded in time and memory.

Measured traps are guarded against. nh3 needs time quadratic in the depth of nesting (86 s for 200,000 open `<div>`)
and in the number of character references (14 s for 750,000 broken ones), the HTML parser of libxml2 drops everything
deeper than 256 without a word, and a table inside a table makes inscriptis pad every line of every cell again.
"""

import re
from html import escape, unescape

import nh3
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

LONGEST = 2_000_000
"""Characters of HTML read; a newsletter has 100,000."""

DEEPEST = 200
"""Nested elements; layouts of tables inside tables reach 40."""

MOST_TAGS = 50_000
"""Tags turned into a layout. With more, only the words are taken."""

MOST_REFERENCES = 50_000
"""Character references such as &egrave;. A newsletter has a few thousand."""

MOST_TABLES = 12
"""Tables inside tables laid out; deeper ones are read cell by cell."""


def _words_of(text: str) -> set[str]:
    return set(text.split())


TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]*>")
ANY_TAG = re.compile(
    r"<(?:!--.*?(?:-->|$)|(?:script|style|title)\b.*?(?:</(?:script|style|title)>|$)|[!/?a-zA-Z][^<>]*(?:>|$))",
    re.S | re.I,
)
BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^<>]*>", re.IGNORECASE)
# They close by themselves or never open: counting them would take an old-fashioned mail for a deep one.
FLAT = _words_of("p br hr img li td tr th dt dd input meta link col base wbr option area thead tbody tfoot")

TAGS = _words_of(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details "
    "dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p "
    "pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u "
    "ul var wbr"
)
DROPPED = {"script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math", "xmp"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align", "valign", "bgcolor", "width", "height"},
    "a": {"href", "name"},
    "img": {"src", "alt", "border"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "col": {"span"},
    "colgroup": {"span"},
    "time": {"datetime"},
    "bdo": {"dir"},
}
# Nothing that loads, moves, covers or hides: no background, url(), position, z-index, display, opacity.
STYLES = _words_of(
    "color background-color font-family font-size font-style font-weight font-variant text-align text-decoration "
    "text-indent text-transform line-height letter-spacing vertical-align white-space direction list-style-type "
    "border border-top border-right border-bottom border-left border-color border-style border-width border-collapse "
    "border-spacing border-radius padding padding-top padding-right padding-bottom padding-left margin margin-top "
    "margin-right margin-bottom margin-left width height max-width max-height min-width table-layout"
)
SCHEMES = {"http", "https", "mailto", "tel", "cid"}
DATA_IMAGE = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z", re.IGNORECASE)


FETCHES = re.compile(r"url\s*\(|expression|\\", re.IGNORECASE)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """`data:` is for pictures only; of a style, what may fetch goes."""
    if name == "style":
        return ";".join(one for one in value.split(";") if not FETCHES.search(one))
    if value.lstrip()[:5].lower() == "data:":
        return value if tag == "img" and name == "src" and DATA_IMAGE.match(value) else None
    return value


def _cleaner(**more) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        filter_style_properties=STYLES,
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_relative="deny",
        **more,
    )


# Asking Python about each attribute takes four times as long, so only where there is something to ask.
PLAIN = _cleaner(url_schemes=SCHEMES)
ASKING = _cleaner(url_schemes=SCHEMES | {"data"}, attribute_filter=_attribute)
ASKED_FOR = re.compile(rf"data:|{FETCHES.pattern}", re.IGNORECASE)

CONFIG = ParserConfig(css=STRICT_CSS_PROFILE, table_cell_separator="  ")
# A line with nothing but a hard space is an empty line that somebody wanted: inscriptis would take it for none.
HARD_SPACE, KEPT_SPACE = re.compile("&nbsp;|&#160;|&#x[aA]0;|\u00a0"), "\ue0fe"
SPACES = re.compile("[\u00a0\ue0fe\u2000-\u200a\u202f\u205f]")
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]|\u200c(?=\\s)|\u034f")
GAPS = re.compile(r"\n{3,}")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def sanitise(html: str) -> str:
    """Return HTML that can only be read: formatting, tables, links in a new window and pictures.

    Remote pictures keep their address: whether they load is for the content policy of the frame to say. `cid:`
    pictures are kept for the caller to resolve. What is too deep to be cleaned is given as plain text.
    """
    html = html[:LONGEST]
    if depth(html) > DEEPEST or html.count("&") > MOST_REFERENCES:
        return from_text(_words(html))
    return (ASKING if ASKED_FOR.search(html) else PLAIN).clean(html).strip()


def depth(html: str) -> int:
    """Return how deep elements nest, at most. An estimate from above, in linear time."""
    if html.count("<") <= DEEPEST:
        return 0
    level = deepest = 0
    open_tags: dict[str, int] = {}
    for closing, name in TAG.findall(html.lower()):
        if name in FLAT:
            continue
        if not closing:
            open_tags[name] = open_tags.get(name, 0) + 1
            level += 1
            deepest = max(deepest, level)
        elif open_tags.get(name):
            open_tags[name] -= 1
            level -= 1
    return deepest


def from_text(text: str) -> str:
    """Return plain text as HTML with its line breaks."""
    return "<div>" + escape(text).replace("\n", "<br>") + "</div>"


def parse(html: str) -> HtmlElement | None:
    """Return the tree of `html`, or None when there is nothing in it or it is too deep or too large to lay out."""
    html = HARD_SPACE.sub(KEPT_SPACE, NOT_XML.sub("", html[:LONGEST]))
    if not html.strip() or html.count("<") > MOST_TAGS or depth(html) > DEEPEST:
        return None
    # An XML or encoding declaration would be believed, but the text is decoded already.
    html = re.sub(r"^\s*<\?xml[^>]{0,300}\?>", "", html, count=1)
    try:
        return document_fromstring(html.encode("utf-8"), parser=HTMLParser(encoding="utf-8", remove_comments=True))
    except (etree.LxmlError, ValueError):
        return None


def to_text(html: str) -> str:
    """Return what a person reads, with line breaks, bullets and simple tables; never fails."""
    tree = parse(html)
    return tidy(_words(html[:LONGEST])) if tree is None else tree_text(tree)


def tree_text(tree: HtmlElement) -> str:
    """Return the text of a tree from `parse`. Tables nested very deep are read cell by cell."""
    for table in tree.xpath(f"//table[count(ancestor::table) >= {MOST_TABLES}]"):
        for element in table.iter("table", "tr", "td", "th", "tbody"):
            element.tag = "div"
    try:
        return tidy(Inscriptis(tree, CONFIG).get_text())
    except (RecursionError, IndexError, KeyError, ValueError, AttributeError, TypeError):
        return tidy("\n".join(tree.itertext()))


def tidy(text: str) -> str:
    """Return text with plain spaces, no spaces at line ends and at most one empty line in a row."""
    text = INVISIBLE.sub("", SPACES.sub(" ", text))
    return GAPS.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")


def _words(html: str) -> str:
    """Only the words, without looking at the structure."""
    return unescape(ANY_TAG.sub(" ", BREAKS.sub("\n", html)))
