"""The file storage, for bytes kept under the hash of their content: writing one twice is harmless."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from .files import write_durably


def keep(name: str, content: bytes) -> None:
    """Store `content` durably before this returns. `name` must be made from its hash: what is there is the same."""
    try:
        path = default_storage.path(name)
    except NotImplementedError:  # An object store: what it took is durable.
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
    else:
        write_durably(path, content)


def read(name: str, most: int = -1) -> bytes:
    """Return the bytes kept under `name`, or the first `most` of them; raise `FileNotFoundError`."""
    with default_storage.open(name) as file:
        return file.read(most)
