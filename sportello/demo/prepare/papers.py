"""Documents of one page as PDF, written by hand: enough for an invoice, an offer, a label."""

from collections.abc import Sequence

PAGE = (595, 842)  # A4 in points
SHOP = ("Terra e Tavola S.r.l.", "Via Costiera 41, 84019 Vietri sul Mare (SA)", "P.IVA 00000000000 - REA SA-000000")


def invoice(order: str) -> bytes:
    """Return the invoice of an order."""
    return pdf(f"Fattura {order}", [f"Ordine {order}", "", "Ceramiche e articoli per la tavola", "IVA 22 % compresa"])


def label(number: str) -> bytes:
    """Return the label to send something back with."""
    return pdf("Etichetta di reso", [f"Reso ordine {number}", "", "Destinatario:", *SHOP[:2]])


def offer(company: str) -> bytes:
    """Return an offer."""
    terms = ["Sconto quantità 18 %", "Consegna in tre settimane", "Pagamento a 30 giorni data fattura"]
    return pdf("Offerta", [f"Spett.le {company}", "", *terms])


def paper(title: str) -> bytes:
    """Return any other page."""
    return pdf(title, ["Documento di prova del negozio dimostrativo."])


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """Return a page with a title and these lines; letters outside Latin-1 become question marks."""
    words = [_text(72, 770, 18, title)]
    words += [_text(72, 730 - 18 * place, 11, line) for place, line in enumerate(lines)]
    words += [_text(72, 80 - 14 * place, 9, line) for place, line in enumerate(SHOP)]
    content = b"\n".join(words)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>" % PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _assembled(objects)


def _text(x: int, y: int, size: int, text: str) -> bytes:
    safe = text.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %d Tf %d %d Td (%s) Tj ET" % (size, x, y, safe)


def _assembled(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
