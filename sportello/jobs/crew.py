"""A few threads that run jobs, and one that fetches work for them and writes down how it ended."""

import heapq
import threading
from collections import deque
from time import monotonic

import structlog
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.utils import timezone

from .leases import Lane, anything_due, claim, settle
from .models import Job
from .running import Outcome, run
from .wake import sleeper

log = structlog.get_logger(__name__)

AHEAD = 0.2  # seconds of work a crew keeps at hand: enough to be busy, little enough for the urgent to come through
MOST = 200  # jobs taken at once
SOON = 0.05  # seconds within which a finished job is written down
GRACE = 10  # seconds that a running job has to finish when the process is told to stop
POLLS = (0.1, 0.5)  # seconds between looks at the table, growing while there is nothing


class Crew:
    """Runs the jobs of one lane. Taking and settling go together, many at a time, in one transaction."""

    def __init__(self, worker: str, lane: Lane, threads: int) -> None:
        self.worker, self.lane, self.size = worker, lane, threads
        self.stopping = threading.Event()
        self.woken = sleeper()
        self.work = threading.Condition()
        self.queued: list[tuple[int, int, Job]] = []  # a heap: the most urgent first, then the oldest
        self.running: dict[int, Job] = {}
        self.finished: deque[Outcome] = deque()
        self.pace = 0.05  # seconds a job takes, a moving average
        self.poll = POLLS[0]
        self.threads = [
            threading.Thread(target=self._work, name=f"job-{lane.name}-{n}", daemon=True) for n in range(threads)
        ]
        self.threads.append(threading.Thread(target=self._fetch, name=f"jobs-{lane.name}", daemon=True))

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Take nothing more; what has not begun goes back, what runs may finish."""
        self.stopping.set()
        self.woken.set()
        with self.work:
            self.work.notify_all()

    def join(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for what runs; return whether all of it finished."""
        until = monotonic() + timeout
        for thread in self.threads:
            thread.join(max(0, until - monotonic()))
        return not any(thread.is_alive() for thread in self.threads)

    def in_hand(self) -> list[int]:
        """The jobs whose leases must be kept."""
        with self.work:
            queued = [job.pk for *_, job in self.queued]
            return [*queued, *self.running, *(outcome.job.pk for outcome in tuple(self.finished))]

    # the threads that run jobs

    def _work(self) -> None:
        while job := self._next():
            began = monotonic()
            outcome = self._run(job)
            self.pace += (monotonic() - began - self.pace) / 16
            with self.work:
                self.finished.append(outcome)
                del self.running[job.pk]
                if len(self.queued) < self.size or len(self.finished) >= MOST / 2:
                    self.woken.set()
        connections.close_all()

    def _next(self) -> Job | None:
        with self.work:
            while not self.queued and not self.stopping.is_set():
                self.work.wait()
            if self.stopping.is_set():
                return None
            *_, job = heapq.heappop(self.queued)
            self.running[job.pk] = job
            return job

    def _run(self, job: Job) -> Outcome:
        close_old_connections()
        with structlog.contextvars.bound_contextvars(job=job.pk, task=job.task):
            outcome = run(job)
            _tell(outcome)
        close_old_connections()
        return outcome

    # the thread that fetches and settles

    def _fetch(self) -> None:
        while not self.stopping.is_set():
            try:
                busy = self._turn()
            except DatabaseError:
                log.exception("jobs could not be taken or settled; trying again")
                connections.close_all()
                self.stopping.wait(1)
            else:
                self._rest(busy)
        self._hand_over()
        connections.close_all()

    def _turn(self) -> bool:
        """Settle what is finished and take what there is room for; return whether to look again at once."""
        close_old_connections()
        took = self._settle_and_take(list(self.finished), self._room())
        with self.work:
            have = {*self.running, *(job.pk for *_, job in self.queued)}
            for job in took:
                if job.pk not in have:  # else our lease ran out while we were still at it: now it is renewed
                    heapq.heappush(self.queued, (-job.priority, job.pk, job))
            self.work.notify(len(took))
            return bool(took) and self._room() > 0

    def _settle_and_take(self, outcomes: list[Outcome], room: int) -> list[Job]:
        now = timezone.now()
        if not outcomes and not (room and anything_due(self.lane, now)):
            return []
        with transaction.atomic():
            settle(self.worker, outcomes)
            took = claim(self.worker, room, lane=self.lane, abandoned=not self.queued, now=now) if room else []
        with self.work:
            for _ in outcomes:
                self.finished.popleft()
        return took

    def _room(self) -> int:
        """How many jobs to take: to fill the idle threads, and some more ahead when jobs are short."""
        capacity = min(self.size + int(self.size * AHEAD / self.pace), MOST)
        room = capacity - len(self.queued) - len(self.running)
        return room if room * 2 > capacity or not self.queued else 0

    def _rest(self, busy: bool) -> None:
        if not busy:
            idle = not (self.queued or self.running or self.finished)
            self.poll = min(self.poll * 1.5, POLLS[1]) if idle else POLLS[0]
            self.woken.wait(SOON if self.finished else self.poll)
        self.woken.clear()

    def _hand_over(self) -> None:
        """Give back what has not begun, wait for what runs, and give back what takes too long."""
        with self.work:
            unbegun, self.queued = [job for *_, job in self.queued], []
        self._settle_quietly([self._again(job) for job in unbegun])
        until = monotonic() + GRACE
        while self.running and monotonic() < until:
            self.woken.wait(0.05)
        self._settle_quietly([*self.finished, *map(self._again, tuple(self.running.values()))])

    def _again(self, job: Job) -> Outcome:
        return Outcome(job, error=job.error, again=timezone.now(), counted=False)

    def _settle_quietly(self, outcomes: list[Outcome]) -> None:
        try:
            settle(self.worker, outcomes)
        except DatabaseError:
            log.exception("jobs could not be handed over; their leases will run out")


def _tell(outcome: Outcome) -> None:
    again = outcome.again and outcome.again.isoformat(timespec="seconds")
    if outcome.exception and not outcome.counted:
        log.info("job put off", again=again, reason=outcome.error)
    elif outcome.exception:
        say = log.warning if again else log.error
        say("job failed", again=again, attempt=outcome.job.attempts, exc_info=outcome.exception)
