"""From a step to a text: greeting, what happened, what is asked, thanks and name, as this person would write it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .goods import Item
from .people import Person
from .voices import typed
from .words import Words, fill

# What a step says beyond the section of its own name, in order; a number is how often it is said.
PARTS: dict[str, list[tuple[str, float]]] = {
    "first": [("open", 1), ("more", 0.6), ("ask", 0.8)],
    "first photo": [("open", 1), ("more", 0.5), ("with photo", 1), ("ask", 0.8)],
    "first issue": [("open issue", 1), ("ask", 0.3)],
    "first data": [("open", 1), ("data", 0.7), ("more", 0.35), ("ask", 0.6)],
    "question": [("open", 1), ("the question", 1), ("more", 0.3)],
}
OPENING = {*PARTS, "nudge"}
BARE = {"notice", "junk", "colleague"}


@dataclass
class Talk:
    """What is known while one conversation is written. `mood` is a voice for this time only: angry."""

    topic: str
    person: Person
    item: Item
    mood: str = ""
    answer: str = ""  # what fits the question just asked, when it has an answer of its own
    subject: str = ""  # the same
    device: str = ""

    @property
    def language(self) -> str:
        return self.person.language

    @property
    def voice(self) -> str:
        return self.mood or self.person.voice


class Teller:
    """Writes what people say."""

    def __init__(self, words: Words, rng: random.Random):
        self._words = words
        self._rng = rng

    def can(self, topic: str, language: str, section: str) -> bool:
        """Whether there are words for this step."""
        parts = PARTS.get(section, [(section, 1)])
        if section == "answer" and self._words.has(language, topic, "qa any"):
            return True
        must = ["qa any" if part == "the question" else part for part, often in parts if often >= 1]
        return all(self._words.has(language, topic, part) for part in must)

    def subject(self, talk: Talk, slots: Mapping[str, str]) -> str:
        """Return the subject of a first mail, once that mail is written."""
        fitting = talk.subject if self._rng.random() < 0.7 else ""
        subject = fill(fitting or self._deal(talk, "subject"), slots)
        return subject if talk.voice == "hasty" else subject[0].upper() + subject[1:]

    def _ask_about(self, talk: Talk) -> str:
        """Return a question about this kind of thing; its answer waits in `talk`."""
        own = f"qa {talk.item.kind}"
        section = own if self._rng.random() < 0.75 and self._has(talk, own) else "qa any"
        question = self._deal(talk, section)
        talk.subject = question if self._rng.random() < 0.5 else ""
        return question

    def customer(self, section: str, talk: Talk, slots: Mapping[str, str]) -> str:
        """Return what the customer writes at this step."""
        if section == "notice":
            slots = {**slots, "review": self._deal(talk, f"review {slots['stars']}")}
        if section in BARE:
            return fill(self._deal(talk, section), slots)
        body = self._body(section, talk)
        start = "hello" if section in OPENING else "hello again"
        end = "bye" if section in OPENING else "bye again"
        short = talk.voice == "hasty"
        text = typed(fill(self._letter(self._deal(talk, start), body, "-", short=short), slots), talk.person, self._rng)
        text = self._signed(text, self._deal(talk, end), talk, slots, short=short)
        if section in ("first", "question") and self._rng.random() < 0.05 and self._has(talk, "P.S."):
            text += f"\n\n{self._deal(talk, 'P.S.')}"
        return self._from_device(text, talk)

    def agent(self, section: str, talk: Talk, slots: Mapping[str, str], *, first: bool) -> str:
        """Return what one of us answers at this step."""
        if talk.answer and section.startswith("answer"):
            said, talk.answer = talk.answer, ""
        else:
            said = self._deal(talk, section)
        more = f"{section} more"
        if self._has(talk, more) and (extra := self._deal(talk, more)) != "-":
            said = f"{said} {extra}" if self._rng.random() < 0.5 else f"{said} ¶ {extra}"
        dear = self._deal(talk, "dear" if first else "dear again")
        return fill(self._letter(dear, said, self._deal(talk, "regards"), short=False), slots)

    def note(self, slots: Mapping[str, str]) -> str:
        return fill(self._words.deal("it", "common", "note"), slots)

    def _body(self, section: str, talk: Talk) -> str:
        said = []
        short = talk.voice == "hasty"
        for part, often in PARTS.get(section, [(section, 1)]):
            if part == "the question":
                said.append(self._ask_about(talk))
            elif self._rng.random() <= (often * 0.55 if short and often < 1 else often) and self._has(talk, part):
                said.append(self._deal(talk, part))
        if len(said) > 2 and self._rng.random() < 0.35:
            said.insert(self._rng.randrange(1, len(said)), "¶")
        return " ".join(one if one[-1] in ".?!¶…" or short else f"{one}." for one in said if one != "-")

    def _letter(self, hello: str, body: str, bye: str, *, short: bool) -> str:
        """Put the parts together; a hasty one writes in one go. The first word is large unless a comma goes before."""
        if (hello == "-" or hello[-1] != ",") and not short and body:
            body = body[0].upper() + body[1:]
        parts = [part for part in (hello, body, bye) if part and part != "-"]
        return ("↵" if short else "¶").join(parts)

    def _signed(self, text: str, bye: str, talk: Talk, slots: Mapping[str, str], *, short: bool) -> str:
        """Add thanks and name: nobody slips in their own name."""
        if bye == "-":
            return text
        person = replace(talk.person, habits=talk.person.habits & {"lower", "capitals", "bangs"})
        return text + ("\n" if short else "\n\n") + typed(fill(bye, slots), person, self._rng)

    def _from_device(self, text: str, talk: Talk) -> str:
        if "device" not in talk.person.habits:
            return text
        talk.device = talk.device or self._deal(talk, "device")
        return f"{text}\n\n{talk.device}"

    def _deal(self, talk: Talk, section: str) -> str:
        said, _, answer = self._words.deal(talk.language, talk.topic, section, voice=talk.voice).partition(" => ")
        subject, _, said = said.rpartition(" :: ")
        talk.answer, talk.subject = answer or talk.answer, subject or talk.subject
        return said

    def _has(self, talk: Talk, section: str) -> bool:
        return any(self._words.has(talk.language, talk.topic, one) for one in (section, f"{section} {talk.voice}"))
