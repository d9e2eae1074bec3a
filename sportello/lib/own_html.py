"""HTML written at the desk: formatting and our own pictures, nothing else. It needs no frame to be shown."""

import re

import nh3

LONGEST = 1_000_000
OUR_PICTURE = re.compile(r"/attachments/\d+/[^\s\"'<>]*\Z")
EMPTY = re.compile(r"(?:\s|&nbsp;|<br\s*/?>|</?(?:p|div)>)*\Z", re.IGNORECASE)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """A picture is one of our attachments; what is pasted from elsewhere would be fetched by whoever reads."""
    if tag == "img" and name == "src":
        return value if OUR_PICTURE.match(value) else None
    if tag == "a" and name == "href":
        return value if re.match(r"(?:https?|mailto|tel):", value, re.IGNORECASE) else None
    return value


TAGS = {
    *("a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "hr", "i", "img", "li", "ol", "p", "pre"),
    *("s", "strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "img": {"src", "alt"}},
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


def own_html(html: str) -> str:
    """Return what somebody of ours wrote with its formatting, without styles; empty when there is nothing in it."""
    clean = CLEANER.clean(html[:LONGEST]).strip()
    return "" if EMPTY.match(clean) else clean
