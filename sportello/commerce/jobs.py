"""What is done with files of orders while nobody waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from sportello.events.record import record

from .actions import forget_content
from .importing.running import Report, check, import_orders
from .importing.understanding import Told
from .models import OrderFile

State = OrderFile.State
KEPT_PROBLEMS = 1000
ABANDONED = timedelta(days=7)
log = structlog.get_logger(__name__)


class Stopped(Exception):
    """Somebody took the file away while we were at it."""


@task()
def read_file(pk: int) -> None:
    """Read a file through and say what could be imported. Repeated, it reads again."""
    _work(pk, State.READING, check, lambda report: State.UNREADABLE if _hopeless(report) else State.READABLE)


@task()
def import_file(pk: int) -> None:
    """Import a file. Begun again after our death, it changes nothing twice."""
    _work(pk, State.IMPORTING, import_orders, lambda report: State.IMPORTED)


def _hopeless(report: Report) -> bool:
    return report.refused_file or not report.counts["good"]


def _work(pk: int, state: State, do: Callable[..., Report], then: Callable[[Report], State]) -> None:
    file = OrderFile.objects.select_related("store").filter(pk=pk, state=state).first()
    if file is None:
        return
    try:
        with default_storage.open(file.path) as content:
            report = do(file.store, content, progress=lambda report: _note(pk, state, report))
        _finish(file, state, then(report), report)
    except Stopped:
        return
    except Exception:
        log.exception("order_file_failed", file=pk)
        OrderFile.objects.filter(pk=pk, state=state).update(state=State.FAILED, finished_at=timezone.now())


def _note(pk: int, state: State, report: Report) -> None:
    known = {"read": report.read, "counts": dict(report.counts)}
    if not OrderFile.objects.filter(pk=pk, state=state).update(**known):
        raise Stopped


@transaction.atomic
def _finish(file: OrderFile, before: State, after: State, report: Report) -> None:
    told: dict[str, Any] = {
        "state": after,
        "read": file.size,
        "counts": dict(report.counts),
        "problems": [problem.as_json() for problem in report.problems[:KEPT_PROBLEMS]],
        "notices": [notice.as_json() for notice in report.notices[:KEPT_PROBLEMS]],
        "first": [_preview(order) for order in report.first] or file.first,
        "finished_at": timezone.now(),
    }
    if not OrderFile.objects.filter(pk=file.pk, state=before).update(**told):
        return
    if after != State.READABLE:
        forget_content(file)
    if after == State.IMPORTED:
        record("store.imported", file.store, by=file.by, file=file.name, counts=dict(report.counts))


def _preview(order: Told) -> dict[str, Any]:
    return {
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "state": order.state,
        "total": str(order.total),
        "currency": order.currency,
        "who": order.name or order.email or order.phone,
        "lines": len(order.lines),
        "parcels": len(order.parcels),
    }


@task()
def forget_abandoned_files() -> int:
    """Delete what was uploaded a week ago and never imported; return how many."""
    waiting = [State.READABLE, State.FAILED]
    old = OrderFile.objects.filter(state__in=waiting, created_at__lt=timezone.now() - ABANDONED)
    for file in old:
        forget_content(file)
    return OrderFile.objects.filter(pk__in=[file.pk for file in old]).update(state=State.STOPPED)
