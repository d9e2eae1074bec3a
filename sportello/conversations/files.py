"""The bytes of attachments: kept under their hash before any row speaks of them."""

from hashlib import sha256

from sportello.channels.base import File
from sportello.lib.storage import keep

from .models import Attachment


def attachment_of(file: File) -> Attachment:
    """Store the bytes and return the row for them, not yet saved and not yet of any message.

    If we die before the row is saved, a file without a row is left: harmless, and the next try finds it there.
    """
    digest = sha256(file.content).hexdigest()
    attachment = Attachment(
        name=file.name[:255],
        type=file.type[:120],
        size=file.size,
        sha256=digest,
        inline=file.inline,
        content_id=file.content_id[:255],
    )
    keep(attachment.path, file.content)
    return attachment
