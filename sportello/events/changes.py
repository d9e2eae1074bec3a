"""What a change of settings changed, for the audit. Never hand a secret to it."""

from collections.abc import Mapping
from typing import Any


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list]:
    """Return {field: [before, after]} for what is not the same; what was not there before is null."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
