"""What hangs on a message, from the kind the story gives it to bytes in the file storage."""

from collections.abc import Callable
from zlib import crc32

from sportello.channels.base import File

from . import papers, pictures

DRAWN: dict[str, tuple[Callable[[int], bytes], int, str]] = {  # how, how many different ones, name
    "damage": (pictures.damage, 12, "IMG_{n}.jpg"),
    "box": (pictures.box, 4, "IMG_{n}.jpg"),
    "table": (pictures.table, 4, "tavola_{n}.jpg"),
    "screenshot": (pictures.screenshot, 4, "Schermata {n}.png"),
}
WRITTEN: dict[str, tuple[Callable[[str], bytes], str]] = {
    "invoice": (papers.invoice, "Fattura {about}.pdf"),
    "offer": (papers.offer, "Offerta {about}.pdf"),
    "signed": (lambda about: papers.paper(f"Offerta firmata - {about}"), "offerta firmata.pdf"),
    "label": (lambda about: papers.label("TT"), "Etichetta reso.pdf"),
    "receipt": (lambda about: papers.paper("Ricevuta"), "ricevuta.pdf"),
    "cv": (lambda about: papers.paper("Curriculum"), "CV.pdf"),
    "prices": (lambda about: papers.paper("Listino 2027"), "Listino 2027.pdf"),
}


def file_of(kind: str, about: str) -> File:
    """Return the file of this kind that is about that order or company: the same each time."""
    if kind in WRITTEN:
        write, name = WRITTEN[kind]
        about = about.upper() if about.upper().startswith("TT-") else about
        return File(name.format(about=about), "application/pdf", write(about))
    draw, different, name = DRAWN[kind]
    number = crc32(f"{kind} {about}".encode())
    image = draw(number % different)
    kind_of_image = "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"
    # Giulia's photo has the name it has in the picture.
    return File(
        f"{about}.jpg" if about.startswith("piatto") else name.format(n=number % 9000 + 1000), kind_of_image, image
    )
