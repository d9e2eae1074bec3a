"""Rows on their way into an empty database: numbered here, so that they may point at each other before they exist."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

BATCH = 500
AnyModel = TypeVar("AnyModel", bound=Model)


class Rows:
    """Collects rows and writes them, model by model in the order these were first met."""

    def __init__(self) -> None:
        self._rows: dict[type[Model], list[Model]] = {}
        self._last: Counter[type[Model]] = Counter()

    def add(self, model: type[AnyModel], **fields: Any) -> AnyModel:
        """Return a row of this model with the next number, or with the `pk` it is given."""
        fields.setdefault("pk", self._last[model] + 1)
        self._last[model] = max(self._last[model], fields["pk"])
        row = model(**fields)
        self._rows.setdefault(model, []).append(row)
        return row

    def of(self, model: type[AnyModel]) -> list[AnyModel]:
        """Return the rows of one model that were added so far."""
        return self._rows.get(model, [])  # type: ignore[return-value]

    def write(self) -> Iterator[int]:
        """Write all; yield how many rows were written, batch by batch. The rows' numbers go on from there."""
        for model, rows in self._rows.items():
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                model._default_manager.bulk_create(batch)
                yield len(batch)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [*self._rows]):
                cursor.execute(statement)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))
