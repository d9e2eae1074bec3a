"""Tell what a person wrote now from what they quote. Nothing is thrown away: it is folded.

Rules, in order:
- A forwarded message is content: from "---------- Forwarded message" on, or from a header block when the subject says
  that it is a forward, everything is what this person wants to show us.
- Lines with ">" are quoted, and the line that introduces them. Answers between them, or below, are the reply.
- Without ">", "On … X wrote:" and a header block (Da/Inviato/A/Oggetto) quote everything below; but when nothing stands
  above, we cannot know, and everything is kept as the reply.
- "Da: Milano / A: Roma" is no header block: that takes a sender and a time, and a subject or an address.
- A signature after "-- " and "Sent from my iPhone" are folded too, if something else is left.
"""

from dataclasses import dataclass

from . import quotes

# Put by body.py around what the HTML marks as quoted. Private characters: removed from all incoming text first.
QUOTE_STARTS, QUOTE_ENDS = "\ue0f0", "\ue0f1"

OWN, QUOTED, FORWARDED = 0, 1, 2
WRAPPED = 5
"""Lines over which "On …\n… wrote:" may be broken."""
LONGEST_INTRODUCTION = 600
LONGEST_BLOCK = 24
LONGEST_SIGNATURE = 15
"""Lines below "--"; twice as many below the exact "-- "."""
NEAR_THE_END = 6
LONGEST_FOOTER = 160
MOST_LINES = 10_000
"""Lines looked at for marks: nobody reads further, and each costs some microseconds."""
LONGEST_LINE = 500
"""Lines longer than this are never marks; patterns do not look at them."""


@dataclass(frozen=True, slots=True)
class Folded:
    """The whole text, and the same in two parts."""

    text: str
    reply: str
    quoted: str


def fold(marked: str, *, forwards: bool = False) -> Folded:
    """Fold a text in which the HTML's quotes are marked. `forwards`: the subject says that this is a forward."""
    lines, kinds = _marked_lines(marked)
    _mark(lines, kinds, forwards)
    if not _something_written(lines, kinds) and not _really_quoted(lines, marked):
        kinds = [OWN] * len(lines)
    _mark_tail(lines, kinds)
    reply = _chosen(lines, [kind != QUOTED for kind in kinds])
    return Folded(_joined(lines), _joined(reply), _joined(_chosen(lines, [kind == QUOTED for kind in kinds])))


def _marked_lines(marked: str) -> tuple[list[str], list[int]]:
    """The lines without our marks, each with what the HTML or a ">" says of it."""
    lines: list[str] = []
    kinds: list[int] = []
    inside = 0
    for raw in marked.split("\n"):
        starts, ends = raw.count(QUOTE_STARTS), raw.count(QUOTE_ENDS)
        inside += starts
        line = raw.replace(QUOTE_STARTS, "").replace(QUOTE_ENDS, "") if starts or ends else raw
        if line.strip() or not (starts or ends):
            lines.append(line)
            kinds.append(QUOTED if inside > 0 else OWN)
        inside = max(0, inside - ends)
    for at in range(len(lines)):
        if kinds[at] == OWN and _has_mark(lines, at):
            kinds[at] = QUOTED
    return lines, kinds


def _has_mark(lines: list[str], at: int) -> bool:
    """ "> text" and ">" quote; ">50 pieces" alone does not."""
    line = lines[at].lstrip(" \t")
    if not line.startswith(">"):
        return False
    if len(line) == 1 or line[1] in " >\t":
        return True
    around = [lines[near].lstrip(" \t") for near in (at - 1, at + 1) if 0 <= near < len(lines)]
    return any(line.startswith(">") for line in around)


def _mark(lines: list[str], kinds: list[int], forwards: bool) -> None:
    """Go down the own lines until something says that all the rest is a quote, or a forward."""
    at = 0
    while at < min(len(lines), MOST_LINES):
        if kinds[at] == QUOTED or not lines[at].strip() or len(lines[at]) > LONGEST_LINE:
            at += 1
            continue
        if quotes.FORWARD_LINE.match(lines[at]):
            kinds[at:] = [FORWARDED] * (len(lines) - at)
            return
        if _all_the_rest(lines, kinds, at, forwards):
            return
        at += 1


def _all_the_rest(lines: list[str], kinds: list[int], at: int, forwards: bool) -> bool:
    """Mark an introduction or a header block at this line; True when nothing below is left to look at."""
    if _begins_block(lines, at):
        at = _with_separators(lines, kinds, at)
    else:
        stop = _introduction_ends(lines, kinds, at)
        if stop is None:
            return False
        following = _next_text(lines, stop)
        if following is not None and kinds[following] == QUOTED:
            kinds[at:stop] = [QUOTED] * (stop - at)
            return False
    kinds[at:] = [FORWARDED if forwards else QUOTED] * (len(lines) - at)
    return True


def _introduction_ends(lines: list[str], kinds: list[int], at: int) -> int | None:
    """The line after "On … wrote:" if one begins here, also broken over several lines."""
    joined = ""
    for end in range(at, min(at + WRAPPED, len(lines))):
        line = lines[end].strip()
        if not line or kinds[end] == QUOTED or len(joined) + len(line) > LONGEST_INTRODUCTION:
            return None
        joined = f"{joined} {line}".strip()
        if joined.endswith((":", "：", "--", "...", ":*")) and _introduces(lines, kinds, joined, end):
            return None if _begins_later(lines, at, end) else end + 1
    return None


def _introduces(lines: list[str], kinds: list[int], joined: str, end: int) -> bool:
    """Right before a quote any "X wrote:" will do; else there must be a date and a time, or an address."""
    ends = bool(quotes.ENDING.search(joined) or quotes.ADDRESS_ENDING.search(joined))
    following = _next_text(lines, end + 1)
    if following is not None and kinds[following] == QUOTED:
        return ends or (_is_sure(joined) and bool(quotes.ADDRESS.search(joined)))
    return bool(quotes.MACHINE_ENDING.match(joined)) or (
        ends and bool(quotes.OPENER.match(joined)) and _is_sure(joined)
    )


def _begins_later(lines: list[str], at: int, end: int) -> bool:
    """Does it begin on a line further down, and what stands on this one is still the reply?"""
    if any(quotes.WORD_OPENER.match(line) for line in lines[at + 1 : end + 1]):
        return True
    if quotes.WORD_OPENER.match(lines[at]):
        return False
    later = (" ".join(lines[start : end + 1]) for start in range(at + 1, end + 1) if quotes.OPENER.match(lines[start]))
    return any(_is_sure(joined) for joined in later)


def _is_sure(joined: str) -> bool:
    dated, timed = quotes.DATE.search(joined), quotes.TIME.search(joined)
    return bool(dated and (timed or quotes.ADDRESS.search(joined)))


def _next_text(lines: list[str], at: int) -> int | None:
    return next((place for place in range(at, min(at + 6, len(lines))) if lines[place].strip()), None)


def _begins_block(lines: list[str], at: int) -> bool:
    """Is this the first line of a quoted header, or the rule above it?"""
    if quotes.ORIGINAL_LINE.match(lines[at]):
        return True
    if lines[at].startswith("Da ") and quotes.BARE_BLOCK.match(
        "\n".join(line[:LONGEST_LINE] for line in lines[at : at + 6])
    ):
        return True
    match = quotes.LABEL.match(lines[at]) if ":" in lines[at] else None
    if not match or quotes.role_of(match[1]) in ("cc", "other"):
        return False
    return _is_block(_block(lines, at), ruled=_is_ruled(lines, at))


def _block(lines: list[str], at: int) -> dict[str, tuple[str, str]]:
    """{what it tells: (label, value)} of the header lines from here. Values may stand on or wrap to further lines."""
    told: dict[str, tuple[str, str]] = {}
    role = ""
    strays = 0
    for line in lines[at : at + LONGEST_BLOCK]:
        match = quotes.LABEL.match(line[:LONGEST_LINE])
        if match:
            role, strays = quotes.role_of(match[1]), 0
            if role in told and role != "other":
                break
            told[role] = (match[1], match[2].strip())
            continue
        strays += 1
        if strays > 3:
            break
        label, value = told[role]
        told[role] = (label, value or line.strip()) if strays < 3 else (label, value)
    return told


def _is_block(told: dict[str, tuple[str, str]], *, ruled: bool) -> bool:
    if "from" not in told or not ("to" in told or "subject" in told):
        return False
    people = told["from"][1] + told.get("to", ("", ""))[1]
    if "sent" not in told:
        return ruled and "subject" in told
    label, value = told["sent"]
    if not any(char.isdigit() for char in value):
        return False
    return "subject" in told or "@" in people or ruled or label in quotes.SURE


def _is_ruled(lines: list[str], at: int) -> bool:
    above = [lines[near] for near in range(max(0, at - 2), at) if lines[near].strip()]
    return bool(above) and bool(quotes.SEPARATOR.match(above[-1]) or quotes.ORIGINAL_LINE.match(above[-1]))


def _with_separators(lines: list[str], kinds: list[int], at: int) -> int:
    """Take the rule above a header block with it."""
    start = at
    for near in range(at - 1, max(-1, at - 4), -1):
        if kinds[near] == QUOTED:
            break
        if quotes.SEPARATOR.match(lines[near]):
            start = near
        elif lines[near].strip():
            break
    return start


def _really_quoted(lines: list[str], marked: str) -> bool:
    """Is there a ">" or a closed quote of the HTML? Then an empty reply is the truth, not a mistake of ours."""
    return QUOTE_ENDS in marked or any(_has_mark(lines, at) for at in range(len(lines)))


def _mark_tail(lines: list[str], kinds: list[int]) -> None:
    """Fold the signature and what the device added, at the end of each own stretch, unless nothing else is left."""
    before = list(kinds)
    at = 0
    while at < len(lines):
        stop = at
        while stop < len(lines) and kinds[stop] == kinds[at]:
            stop += 1
        if kinds[at] == OWN:
            _mark_stretch(lines, kinds, at, stop)
        at = stop
    if not _something_written(lines, kinds):
        kinds[:] = before


def _mark_stretch(lines: list[str], kinds: list[int], start: int, stop: int) -> None:
    texts = [at for at in range(start, stop) if lines[at].strip()]
    for at in texts[-NEAR_THE_END:]:
        line = lines[at].strip()
        if len(line) < LONGEST_FOOTER and (quotes.SENT_FROM_LINE.match(line) or quotes.SCANNED_LINE.match(line)):
            kinds[at] = QUOTED
    for at in _signatures(lines, texts)[:1]:
        kinds[at:stop] = [QUOTED] * (stop - at)


def _signatures(lines: list[str], texts: list[int]) -> list[int]:
    """Where a signature begins: at "-- "; at a bare "--" only if it is the only one, for people rule off lists."""
    rules = sum(lines[at].strip() == "--" for at in texts)
    last = texts[-2 * LONGEST_SIGNATURE - 1 : -1]
    exact = [at for at in last if lines[at] == "-- "]
    bare = [at for at in last[-LONGEST_SIGNATURE:] if lines[at].strip() == "--"] if rules == 1 else []
    return exact or bare


def _something_written(lines: list[str], kinds: list[int]) -> bool:
    return any(kind != QUOTED and line.strip() for line, kind in zip(lines, kinds, strict=True))


def _chosen(lines: list[str], wanted: list[bool]) -> list[str]:
    """The wanted lines; where some are left out between two, an empty line keeps them apart."""
    chosen: list[str] = []
    last = None
    for at, line in enumerate(lines):
        if not wanted[at]:
            continue
        if last is not None and at > last + 1:
            if chosen[-1].strip() and line.strip():
                chosen.append("")
            elif not chosen[-1].strip() and not line.strip():
                continue
        chosen.append(line)
        last = at
    return chosen


def _joined(lines: list[str]) -> str:
    """Lines to text: no spaces at the ends, at most two empty lines together, none around."""
    kept: list[str] = []
    empty = 0
    for line in map(str.rstrip, lines):
        empty = 0 if line else empty + 1
        if empty <= 2:
            kept.append(line)
    return "\n".join(kept).strip()
