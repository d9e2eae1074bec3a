"""Files of strangers: downloaded inert, shown only as pictures that we drew."""

import io

import pytest
from PIL import Image

from sportello.channels.base import File
from sportello.conversations.files import attachment_of
from sportello.lib import pictures


@pytest.fixture
def attach(conversation):
    def make(name, type, content, **fields):
        attachment = attachment_of(File(name=name, type=type, content=content, **fields))
        attachment.message = conversation.messages.get()
        attachment.save()
        return attachment

    return make


def picture(width=800, height=600, kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "olive").save(out, kind)
    return out.getvalue()


def test_a_page_in_an_attachment_is_only_ever_saved(ben_client, attach):
    file = attach("fattura.html", "text/html", b"<script>alert(1)</script>")
    answer = ben_client.get(f"/attachments/{file.pk}/fattura.html")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="fattura.html"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_name_is_the_one_it_came_with_whatever_the_address_says(ben_client, attach):
    file = attach('perché "no".pdf', "application/pdf", b"%PDF")
    disposition = ben_client.get(f"/attachments/{file.pk}/other.exe")["Content-Disposition"]
    assert disposition == "attachment; filename*=utf-8''perch%C3%A9%20%22no%22.pdf"


def test_cleo_from_another_team_gets_nothing(cleo_client, attach):
    file = attach("piatto.png", "image/png", picture())
    for path in ("piatto.png", "small.webp", "large.webp"):
        assert cleo_client.get(f"/attachments/{file.pk}/{path}").status_code == 404


def test_a_picture_is_drawn_anew_and_small(ben_client, attach):
    file = attach("piatto.png", "image/png", picture(1600, 1200))
    answer = ben_client.get(f"/attachments/{file.pk}/small.webp")
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert (drawn.format, drawn.size) == ("WEBP", (320, 240))
    assert answer["Content-Type"] == "image/webp"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload='alert(1)'/>", b"%PDF-1.4", picture()[:90]],
    ids=["empty", "svg", "pdf", "broken"],
)
def test_what_is_no_picture_is_not_shown(ben_client, attach, content):
    file = attach("piatto.png", "image/png", content)
    assert ben_client.get(f"/attachments/{file.pk}/small.webp").status_code == 404


def test_a_picture_too_large_to_unpack_is_refused_before_it_is(ben_client, attach, monkeypatch):
    monkeypatch.setattr(pictures.Image, "MAX_IMAGE_PIXELS", 1000)
    file = attach("piatto.png", "image/png", picture(400, 300))
    assert ben_client.get(f"/attachments/{file.pk}/small.webp").status_code == 404


def test_the_pictures_of_a_mail_stand_in_its_original(ben_client, attach, conversation):
    attach("foto.png", "image/png", picture(), content_id="foto1")
    message = conversation.messages.get()
    message.html = '<img src="cid:foto1"><img src="cid:nobody">'
    message.save()
    html = ben_client.get(f"/conversations/messages/{message.pk}/html").content.decode()
    assert 'src="data:image/webp;base64,UklGR' in html
    assert "cid:" not in html


def test_a_photo_whose_notes_are_broken_is_no_picture_and_breaks_no_page(ben_client, attach, conversation):
    """Pillow turns it upright by its notes, and stumbles over a resolution that is a word."""
    notes = Image.Exif()
    notes[0x010F], notes[0x0112] = "x", 6
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "olive").save(out, "JPEG", exif=notes)
    content = out.getvalue().replace(b"\x01\x0f\x00\x02", b"\x01\x1a\x00\x02")
    file = attach("foto.jpg", "image/jpeg", content, content_id="foto1")
    assert ben_client.get(f"/attachments/{file.pk}/small.webp").status_code == 404
    message = conversation.messages.get()
    message.html = '<img src="cid:foto1">Ecco'
    message.save()
    assert "Ecco" in ben_client.get(f"/conversations/messages/{message.pk}/html").content.decode()
