"""One conversation from beginning to end, cut where the story's last morning is: what lies later has not happened."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from . import slots as fillings
from .attachments import files_of
from .clock import REFERENCE, Clock, at_the_counter, later
from .effects import take_effect
from .goods import catalogue
from .orders import Order
from .people import Person
from .sayings import Talk, Teller
from .scripts import Step, ways_of
from .stars import REVIEWS
from .story import Thread, Turn
from .topics import AGENTS, ANGRY, TOPICS, who_answers
from .words import Words


class Threads:
    """Writes conversations. `colleagues` are the people of each company."""

    def __init__(self, rng: random.Random, clock: Clock, colleagues: dict[str, Sequence[Person]]):
        self._rng, self._clock, self._colleagues = rng, clock, colleagues
        self._teller = Teller(Words(rng), rng)
        self._spoken: dict[tuple[str, str], list[tuple[int, list[Step]]]] = {}

    def can(self, topic: str, language: str) -> bool:
        """Whether a customer of that language writes about it."""
        return bool(self._ways(topic, language))

    def write(self, topic: str, person: Person, began: datetime, order: Order | None) -> Thread:
        """Return the conversation that begins at that time; of an order when there is one."""
        rng = self._rng
        plan = TOPICS[topic]
        team = plan.team or TOPICS["other"].team
        agent = who_answers(team, rng)
        item = rng.choice(order.lines).item if order else rng.choice(catalogue())
        talk = Talk(topic, person, mood="angry" if rng.random() < ANGRY.get(topic, 0) else "", item=item)
        name, gender = AGENTS[agent]
        known = fillings.slots(person, item, order, agent=(name.split()[0], gender), rng=rng)
        if topic == "return" and order:
            known["refund"] = fillings.money(order.price_of(item), person.language)
        thread = Thread(topic, person, "", [], agent, plan.team, plan.inbox, order, mood=talk.mood)
        self._say_all(thread, talk, known, began)
        if plan.tag and rng.random() < 0.85:
            thread.tags.append(plan.tag)
        if thread.mood or rng.random() < 0.04:
            thread.priority = rng.choice(("high", "high", "urgent", "low"))
        thread.spam = topic == "spam"
        self._close(thread)
        return thread

    def long(self, person: Person, length: int) -> Thread:
        """Return a conversation that never ends: somebody with a question about everything, for weeks."""
        rng = self._rng
        thread = Thread(
            "product", person, "Qualche domanda prima di arredare la cucina", [], "sara", TOPICS["product"].team
        )
        thread.tags = ["domanda prodotto"]
        at = REFERENCE - timedelta(days=74)
        gap = timedelta(days=72) / length
        while len(thread.turns) < length:
            talk = Talk("product", person, rng.choice(catalogue()))
            known = fillings.slots(person, talk.item, None, agent=("Sara", "f"), rng=rng)
            for step in (Step("question", ours=False), Step("answer", ours=True)):
                at += gap
                self._say(thread, step, at_the_counter(at, rng) if step.ours else at, talk, known)
        thread.turns.sort(key=lambda turn: turn.at)
        return thread

    def _say_all(self, thread: Thread, talk: Talk, known: dict[str, str], began: datetime) -> None:
        steps = self._steps(thread.topic, talk.language)
        at = began
        for place, step in enumerate(steps):
            at = self._when(step, at) if place else began
            if at > REFERENCE:
                return
            self._say(thread, step, at, talk, known)
            if not place:
                first = known | fillings.dated(thread.order, began, talk.person, self._clock, self._rng)
                thread.subject = self._teller.subject(talk, first)
        thread.finished = True

    def _say(self, thread: Thread, step: Step, at: datetime, talk: Talk, known: dict[str, str]) -> None:
        now = known | fillings.dated(thread.order, at, thread.person, self._clock, self._rng)
        if step.ours:
            self._note(thread, at, now)
            first = not any(turn.ours and not turn.note for turn in thread.turns)
            text = self._teller.agent(step.section, talk, now, first=first)
            turn = Turn(at, text, step.section, by=thread.agent)
        else:
            person = self._colleague(thread.person) if step.section == "colleague" else thread.person
            now |= {"colleague": person.name}
            turn = Turn(at, self._teller.customer(step.section, talk, now), step.section, person=person)
        turn.files = files_of(turn.text, step.section, thread.topic, ours=step.ours, known=now)
        if step.section == "notice":
            thread.person = turn.person = REVIEWS
            turn.auto = True
        thread.turns.append(turn)
        if thread.order:
            take_effect((thread.topic, step.section), at, thread.order, talk.item, self._rng)

    def _note(self, thread: Thread, at: datetime, known: dict[str, str]) -> None:
        """Now and then the team talks before it answers."""
        if self._rng.random() > 0.09 or thread.topic in ("praise", "product"):
            return
        other = who_answers(thread.team or "Negozio", self._rng)
        earlier = max(at - timedelta(minutes=self._rng.randint(3, 30)), thread.turns[-1].at + timedelta(seconds=40))
        if other == thread.agent or earlier >= at:
            return
        text = self._teller.note(known | {"colleague": AGENTS[thread.agent][0].split()[0]})
        thread.turns.append(Turn(earlier, text, "note", by=other, note=True))

    def _close(self, thread: Thread) -> None:
        """Solve what is finished: with the last answer or some time later. A later word of theirs opens it again."""
        rng = self._rng
        answers = [turn for turn in thread.turns if turn.ours and not turn.note]
        if len(answers) > 1 and rng.random() < 0.35:
            self._solve(thread, answers[-2].at + timedelta(seconds=1))
        if not thread.finished or thread.topic == "spam":
            return
        last = thread.turns[-1]
        wait = 0.0 if last.ours and rng.random() < 0.6 else rng.choice((0.5, 1, 2, 3, 8))
        at = last.at + timedelta(seconds=2) if wait == 0 else at_the_counter(later(last.at, rng, hours=wait), rng)
        self._solve(thread, at)

    def _solve(self, thread: Thread, at: datetime) -> None:
        if at <= REFERENCE:
            thread.closings.append((at.replace(microsecond=0), thread.agent))

    def _when(self, step: Step, after: datetime) -> datetime:
        at = later(after, self._rng, hours=step.hours)
        return at_the_counter(at, self._rng) if step.ours else at

    def _steps(self, topic: str, language: str) -> list[Step]:
        ways = self._ways(topic, language)
        return self._rng.choices([steps for _, steps in ways], [weight for weight, _ in ways])[0]

    def _ways(self, topic: str, language: str) -> list[tuple[int, list[Step]]]:
        """The ways for which that language has the words."""
        if (topic, language) not in self._spoken:
            self._spoken[topic, language] = [
                (weight, steps)
                for weight, steps in ways_of(topic)
                if all(self._teller.can(topic, language, step.section) for step in steps)
            ]
        return self._spoken[topic, language]

    def _colleague(self, person: Person) -> Person:
        others = [one for one in self._colleagues.get(person.company, ()) if one is not person]
        return self._rng.choice(others) if others else person
