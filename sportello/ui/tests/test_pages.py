"""The frame of every page: language, theme, the rail, one stylesheet kept for ever."""

import re

from django import forms
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from sportello.ui import bundle
from sportello.ui.templatetags.ui import face, field


def page(agent, template="ui/room.html", path="/"):
    request = RequestFactory().get(path)
    request.user = agent
    request.LANGUAGE_CODE = "it"
    return render_to_string(template, request=request)


def test_the_theme_is_in_the_page_before_anything_is_drawn(ben):
    assert "data-theme" not in page(ben)
    ben.theme = "dark"
    assert '<html lang="it" data-theme="dark">' in page(ben)


def test_no_script_or_style_stands_in_the_page(ben):
    html = page(ben)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_the_rail_shows_only_what_is_built_and_where_one_is(ben):
    html = page(ben)
    assert re.search(r'href="/" aria-current="page"', html)
    assert "/not-built/" not in html


def test_the_stylesheet_is_one_and_kept_for_ever(client, ben):
    address = re.search(r'href="([^"]+sportello\.css)"', page(ben)).group(1)
    answer = client.get(address)
    css = answer.getvalue().decode()
    assert address.startswith(settings.STATIC_URL)
    assert "immutable" in answer["Cache-Control"]
    assert css.index("--counter:") < css.index(".button {") < css.index(".desk {")
    assert css.count("/* The rail:") == 1
    assert len(bundle.sources()) > 20


def test_a_page_from_before_an_upgrade_finds_its_files(client):
    answer = client.get("/static/0123456789/ui/sprite.svg")
    assert answer["Location"] == f"{settings.STATIC_URL}ui/sprite.svg"
    assert client.get(f"{settings.STATIC_URL}ui/never-there.css").status_code == 404


def test_a_stranger_is_spoken_to_as_their_browser_asks(client):
    assert client.get("/never-there", headers={"accept-language": "en"})["Content-Language"] == "en"
    assert client.get("/never-there", headers={"accept-language": "it"})["Content-Language"] == "it"


def test_an_agent_is_spoken_to_in_their_own_language(ben, ben_client):
    ben.language = "en"
    ben.save()
    assert ben_client.get("/never-there", headers={"accept-language": "it"})["Content-Language"] == "en"
    assert translation.get_language() == settings.LANGUAGE_CODE


class Form(forms.Form):
    address = forms.EmailField(label="Address", help_text="Yours.")
    copy = forms.BooleanField(label="Send me a copy", required=False)


def test_a_field_is_tied_to_its_help_and_its_error():
    html = field(Form({"address": "nobody"})["address"])
    assert 'class="input"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_address_error id_address_help"' in html
    assert html.index("id_address_error") < html.index('id="id_address_help"')


def test_a_checkbox_is_its_label():
    html = field(Form()["copy"])
    assert '<label class="check"><input type="checkbox"' in html
    assert 'class="input"' not in html


def test_a_face_says_who_it_is(ben, anna, giulia):
    assert 'class="avatar avatar--me"' in face(ben, me=ben)
    assert 'class="avatar avatar--small avatar--colleague" title="Anna Riva">AR<' in face(anna, me=ben, size="small")
    assert 'class="avatar" title="Giulia Ferraris">GF<' in face(giulia, me=ben)
    assert "avatar--nobody" in face(None, me=ben)


def test_names_of_customers_are_never_html(ben, giulia):
    giulia.name = '<b title="x">'
    assert "<b" not in face(giulia, me=ben)


def test_filters_are_there_without_loading():
    template = engines["django"].from_string('{{ n|bytes }} {% icon "mail" size="small" %}')
    assert 'class="icon icon--small" aria-hidden="true"' in template.render({"n": 1})
