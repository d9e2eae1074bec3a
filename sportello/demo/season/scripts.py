"""How a conversation about each topic goes: who says what in which order, and how often it goes that way.

A step is the name of a section of the topic's words, with `_` for spaces; `>` marks ours.
"""

from dataclasses import dataclass

SCRIPTS: dict[str, list[tuple[int, str]]] = {
    "late": [
        (26, "first >answer"),
        (26, "first >answer arrived"),
        (12, "first >answer arrived >you_are_welcome"),
        (8, "first nudge >answer arrived"),
        (9, "first >answer again >answer_again arrived"),
        (6, "first >wait >answer arrived"),
        (4, "first nudge >answer again again >answer_again arrived >you_are_welcome"),
        (4, "first >answer again >answer_lost choose_resend >confirm_resend arrived"),
        (3, "first >answer again >answer_again nudge >answer_lost choose_refund >confirm_refund thanks"),
        (2, "first nudge nudge >answer again >answer_lost choose_resend >confirm_resend arrived >you_are_welcome"),
    ],
    "damaged": [
        (24, "first_photo >offer choose_new >confirm_new arrived"),
        (18, "first_photo >offer choose_new >confirm_new"),
        (14, "first_photo >offer choose_refund >confirm_refund"),
        (12, "first >ask_photo photo >offer choose_new >confirm_new arrived"),
        (8, "first >ask_photo photo >offer choose_refund >confirm_refund thanks"),
        (8, "first >ask_photo"),
        (6, "first_photo nudge >offer choose_new >confirm_new arrived >you_are_welcome"),
    ],
    "wrong": [
        (40, "first >answer confirm >confirmed"),
        (30, "first >answer confirm >confirmed arrived"),
        (20, "first >answer"),
        (10, "first nudge >answer confirm >confirmed arrived >you_are_welcome"),
    ],
    "return": [
        (34, "first >answer sent >acknowledge >refunded"),
        (22, "first >answer"),
        (20, "first >answer sent >acknowledge >refunded arrived"),
        (12, "first >answer thanks"),
        (8, "first >answer sent >acknowledge where_is_it >checked arrived"),
        (4, "first nudge >answer sent >acknowledge where_is_it >checked arrived"),
    ],
    "invoice": [
        (22, "first_issue >answer"),
        (18, "first_issue >answer thanks"),
        (34, "first_data >answer"),
        (26, "first_data >answer thanks"),
        (22, "first >ask_data data >answer thanks"),
        (12, "first >ask_data data >answer"),
        (6, "first >ask_data nudge data >answer thanks >you_are_welcome"),
    ],
    "address": [
        (50, "first >answer"),
        (38, "first >answer thanks"),
        (6, "first nudge >answer"),
        (6, "first >wait >answer thanks"),
    ],
    "status": [
        (50, "first >answer"),
        (28, "first >answer thanks"),
        (14, "first >answer more_questions >answer_more_questions"),
        (8, "first >answer more_questions >answer_more_questions thanks"),
    ],
    "coupon": [
        (44, "first >answer"),
        (34, "first >answer thanks"),
        (14, "first >answer still >answer_still thanks"),
        (8, "first nudge >answer thanks"),
    ],
    "product": [
        (44, "question >answer"),
        (30, "question >answer thanks"),
        (14, "question >answer follow >answer_follow"),
        (12, "question >answer follow >answer_follow thanks"),
    ],
    "wedding": [
        (34, "first >answer"),
        (30, "first >answer thanks"),
        (36, "first >answer follow >answer_follow thanks"),
    ],
    "quote": [
        (24, "first >answer"),
        (22, "first >answer negotiate >answer_negotiate"),
        (28, "first >answer negotiate >answer_negotiate accept >accepted"),
        (14, "first >answer colleague >answer_negotiate accept >accepted"),
        (12, "first >wait >answer negotiate colleague >answer_negotiate colleague accept >accepted"),
    ],
    "praise": [(40, "first"), (60, "first >answer")],
    "review": [(64, "notice"), (36, "first >answer")],
    "other": [(45, "first"), (55, "first >answer")],
    "spam": [(1, "junk")],
}

# How long after what came before, in hours; else 1.6 for ours and 16 for theirs.
HOURS = {
    "arrived": 50, "nudge": 26, "again": 44, "sent": 40, "refunded": 70, "where_is_it": 130, "thanks": 5, "photo": 4,
    "data": 7, "accept": 60, "negotiate": 22, "still": 1.2, "more_questions": 3, "follow": 6, "wait": 0.9,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing said. `section` is the name of its words."""

    section: str
    ours: bool

    @property
    def hours(self) -> float:
        return HOURS.get(self.section.replace(" ", "_"), 1.6 if self.ours else 16)


def ways_of(topic: str) -> list[tuple[int, list[Step]]]:
    """Return the ways such a conversation goes, each with how often it does."""
    return [(weight, [_step(name) for name in way.split()]) for weight, way in SCRIPTS[topic]]


def _step(name: str) -> Step:
    return Step(name.removeprefix(">").replace("_", " "), ours=name.startswith(">"))
