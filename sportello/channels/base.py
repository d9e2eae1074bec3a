"""The contract between the desk and a channel: bytes in, `Inbound` out; `Outbound` in, an id out.

A channel never sees the database. The core asks what a channel can do (the class attributes below),
never which channel it is.

    ChannelError
    ├── Unreadable          these bytes are not what this channel promised: quarantine them
    ├── NotVerified         this delivery was not signed by whom it claims: refuse it
    ├── NotFetched          we could not look for new messages (reason, permanent)
    └── NotDelivered        a message did not leave (reason, permanent)
        ├── PartlyDelivered it left, but not to everybody (refused)
        └── DeliveryUnknown it may have left, nobody can tell: a person decides
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ChannelError(Exception):
    """Anything a channel reports. `str(error)` is a sentence that an agent can read."""


class Unreadable(ChannelError):
    """The bytes cannot be understood. The delivery goes to quarantine with this reason."""


class NotVerified(ChannelError):
    """The signature or secret of a delivery is wrong."""


class NotFetched(ChannelError):
    """Looking for new messages failed. `permanent`: a person must change something (a password)."""

    def __init__(self, reason: str, *, permanent: bool = False):
        super().__init__(reason)
        self.permanent = permanent


class NotDelivered(ChannelError):
    """A message did not leave. `permanent`: trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool = False):
        super().__init__(reason)
        self.permanent = permanent


class PartlyDelivered(NotDelivered):
    """It left, but not to `refused` (address → the server's words). Sending it again would repeat it to the others."""

    def __init__(self, reason: str, *, external_id: str, refused: Mapping[str, str]):
        super().__init__(reason, permanent=True)
        self.external_id = external_id
        self.refused = refused


class DeliveryUnknown(NotDelivered):
    """The line broke after the message was handed over: it is never sent again by itself."""


@dataclass(frozen=True)
class Party:
    """Somebody a message comes from or goes to. `address` is normalised by the channel."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class File:
    """An attachment with its bytes. `content_id` without angle brackets, for inline images."""

    name: str
    type: str
    content: bytes = field(repr=False)
    inline: bool = False
    content_id: str = ""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


@dataclass(frozen=True)
class Bounce:
    """A report that a message of ours did not arrive.

    `permanent`: class 5, sending this again will not help. `dead`: the address itself is no good
    (unknown user or domain, or moved). `original_id`: the Message-ID of what failed, if it is told.
    """

    recipient: str
    status: str
    permanent: bool
    dead: bool
    reason: str
    original_id: str = ""


@dataclass(frozen=True)
class Inbound:
    """One message from outside, understood. Times are aware; ids are without angle brackets."""

    external_id: str
    sender: Party
    text: str = ""
    html: str = ""
    reply_text: str = ""
    quoted_text: str = ""
    subject: str = ""
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    reply_to: tuple[Party, ...] = ()
    sent_at: datetime | None = None
    thread: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    auto_reply: bool = False
    from_list: bool = False
    spam: bool = False
    bounce: Bounce | None = None
    language: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outbound:
    """One message to send. `external_id` is ours, made before sending, so a repeat is recognisable."""

    external_id: str
    sender: Party
    to: tuple[Party, ...]
    text: str
    html: str = ""
    subject: str = ""
    cc: tuple[Party, ...] = ()
    bcc: tuple[Party, ...] = ()
    reply_to: Party | None = None
    thread: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    sent_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fetched:
    """One raw message found by `fetch`. `key` is unique in the inbox and the same each time it is found.

    `reason`: why this is not all of it (too large, the server cannot give it). It goes to quarantine at once.
    """

    key: str
    body: bytes = field(repr=False)
    reason: str = ""


@dataclass(frozen=True)
class Batch:
    """What to store in one transaction: some messages, perhaps none, and how far the inbox was read with them."""

    messages: tuple[Fetched, ...]
    cursor: Mapping[str, Any]


class Channel:
    """What every channel folder provides as `channel.Channel`. `settings` are the inbox's own, decrypted."""

    kind: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    icon: ClassVar[str] = "mail"
    # What an address of this channel identifies: customers of two channels with the same kind are the same person.
    identity_kind: ClassVar[str] = "email"

    # What it can do.
    can_fetch: ClassVar[bool] = False
    can_send: ClassVar[bool] = False
    rich_text: ClassVar[bool] = False
    attachments: ClassVar[bool] = False
    has_subject: ClassVar[bool] = False
    has_copies: ClassVar[bool] = False
    longest_text: ClassVar[int] = 100_000

    form_path: ClassVar[str] = ""
    secrets: ClassVar[tuple[str, ...]] = ()
    # Of a delivery by HTTP, the headers stored with it (`Delivery.headers`).
    kept_headers: ClassVar[tuple[str, ...]] = ("content-type",)

    def __init__(self, settings: Mapping[str, Any]):
        self.settings = settings
        # Settings that changed by themselves while talking to the vendor (a renewed grant) and must be kept.
        self.renewed: dict[str, Any] = {}

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Raise `NotVerified` unless this delivery really comes from the vendor. Header names in lower case."""

    def key(self, body: bytes, headers: Mapping[str, str]) -> str:
        """The provider's own id of this delivery, or "" when there is none (the hash of the body is used)."""
        return ""

    def parse(self, body: bytes, headers: Mapping[str, str] = NO_HEADERS) -> list[Inbound]:
        """Understand one delivery; raise `Unreadable`. `headers`: those kept of a delivery by HTTP (`kept_headers`)."""
        raise NotImplementedError

    def fetches(self) -> bool:
        """Whether this inbox, as it is set, has somewhere to look for new messages."""
        return self.can_fetch

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """What is new since `cursor` (empty the first time), oldest first; raise `NotFetched`.

        Each batch fits in memory and is stored before the next one is asked for. The line may stay open for `wait`.
        """
        raise NotImplementedError

    def wait(self, seconds: float, cancelled: Callable[[], bool]) -> None:
        """Block until something may be new, `seconds` are over, or, looked at each second, it is `cancelled`."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what `fetch` and `wait` kept open. Never raises."""

    def send(self, message: Outbound, *, handing_over: Callable[[], None]) -> str:
        """Send it and return the id it has outside; raise `NotDelivered` or `DeliveryUnknown`.

        Call `handing_over()` once, right before the step after which the message may have left: whoever
        dies later leaves a message of unknown fate, whoever dies earlier leaves one that is tried again.
        """
        raise NotImplementedError

    def check(self) -> None:
        """Try the settings against the real server; raise `ChannelError` with the server's words."""

    def consent_url(self, *, redirect_uri: str, state: str) -> str:
        """Where an administrator's browser goes to let us act for them; "" when nobody has to agree to anything."""
        return ""

    def redeem(self, *, code: str, redirect_uri: str) -> dict[str, Any]:
        """Return the settings to keep for the code the browser came back with; raise `ChannelError`."""
        raise NotImplementedError
