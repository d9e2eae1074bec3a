"""What people write above, below and between what their programs quote. `===` divides the reply from the quote."""

import pytest

from sportello.channels.email.folding import QUOTE_ENDS, QUOTE_STARTS, fold

REPLIES = {
    "gmail it with the weekday in full": """\
Grazie!
===
Il giorno lunedì 3 marzo 2025 alle ore 10:15:00 CET, Terra e Tavola <info@terra.example> ha scritto:

Ciao""",
    "thunderbird it": """\
Grazie!
===
Il 03/03/25 10:15, Terra e Tavola ha scritto:
> Ciao""",
    "thunderbird it unquoted": """\
Grazie!
===
Il 03/03/25 10:15, Terra e Tavola ha scritto:

Ciao""",
    "k-9 it": """\
Grazie!
===
Il 3 marzo 2025 10:15:32 CET, Terra e Tavola <info@terra.example> ha scritto:
>Ciao
>tutto bene?""",
    "in data it": """\
Grazie!
===
In data 3 marzo 2025 10:15:31 "Terra e Tavola" <info@terra.example> ha scritto:

Ciao""",
    "three wrapped lines it": """\
Grazie!
===
Il giorno lun 3 mar 2025 alle ore 10:15 Terra e Tavola di Rossi e Bianchi
società agricola <
info@terra.example> ha
scritto:

> Ciao""",
    "proton it without opener": """\
Grazie!
===
lunedì 3 marzo 2025 10:15, Terra e Tavola <info@terra.example> ha scritto:

> Ciao""",
    "apple en": """\
Thanks!
===
On 3 Mar 2025, at 10:15, Terra e Tavola <info@terra.example> wrote:

Hello""",
    "gmail en wrapped": """\
Thanks!
===
On Mon, Mar 3, 2025 at 10:15 AM Terra e Tavola <info@terra.example>
wrote:

> Hello""",
    "name first en": """\
Thanks!
===
Terra e Tavola <info@terra.example> wrote on 3 Mar 2025, 10:15:
> Hello""",
    "mutt en": """\
===
* Terra e Tavola <info@terra.example> [2025-03-03 10:15:02 +0100]:
> Hello
""",
    "de name in the middle": """\
Danke!
===
Am 03.03.25 um 10:15 schrieb Terra e Tavola:
> Hallo""",
    "de wrapped before the address": """\
Danke!
===
Am Mo., 3. März 2025 um 10:15 Uhr schrieb Terra e Tavola
<info@terra.example>:

> Hallo""",
    "de name first": """\
Danke!
===
Terra e Tavola <info@terra.example> schrieb am 03.03.2025 10:15:

> Hallo""",
    "de outlook": """\
Danke!
===
Von: Terra e Tavola [mailto:info@terra.example]
Gesendet: Montag, 3. März 2025 10:15
An: Sabine
Cc: Klaus
Betreff: Bestellung

Hallo""",
    "de original": """\
Danke!
===
-----Ursprüngliche Nachricht-----
Von: Terra e Tavola
Gesendet: Montag

Hallo""",
    "fr thunderbird": """\
Merci
===
Le 03/03/2025 à 10:15, Terra e Tavola a écrit :
> Bonjour""",
    "fr original": """\
Merci
===
-------- Message d'origine --------
De : Terra e Tavola <info@terra.example>
Date : 03/03/2025 10:15 (GMT+01:00)
À : Camille
Objet : Commande

Bonjour""",
    "es thunderbird": """\
Gracias
===
El 3/3/25 a las 10:15, Terra e Tavola escribió:
> Hola""",
    "es original": """\
Gracias
===
-----Mensaje original-----
De: Terra e Tavola
Enviado el: lunes, 3 de marzo de 2025 10:15
Para: Pedro
Asunto: Pedido

Hola""",
    "pt": """\
Obrigado
===
Em seg., 3 de mar. de 2025 às 10:15, Terra e Tavola <info@terra.example>
escreveu:

> Olá""",
    "nl": """\
Bedankt
===
Op ma 3 mrt 2025 om 10:15 schreef Terra e Tavola <info@terra.example>:

> Hallo""",
    "pl": """\
Dziękuję
===
pon., 3 mar 2025 o 10:15 Terra e Tavola <info@terra.example> napisał(a):

> Cześć""",
    "ro": """\
Mulțumesc
===
În lun., 3 mar. 2025 la 10:15, Terra e Tavola <info@terra.example> a scris:

> Bună""",
    "ru": """\
Спасибо
===
пн, 3 мар. 2025 г. в 10:15, Terra e Tavola <info@terra.example>:

> Привет""",
    "sv": """\
Tack
===
Den mån 3 mars 2025 kl 10:15 skrev Terra e Tavola <info@terra.example>:

> Hej""",
    "zh": """\
谢谢
===
在 2025年3月3日 10:15，Terra e Tavola <info@terra.example> 写道：

> 你好""",
    "bold header block": """\
Grazie
===
*Da:* Terra e Tavola [mailto:info@terra.example]
*Inviato:* lunedì 3 marzo 2025 10:15
*A:* Paolo
*Oggetto:* Ordine

Ciao""",
    "header block with values below": """\
Grazie
===
Da:
Terra e Tavola <info@terra.example>
Inviato:
lunedì 3 marzo 2025 10:15
A:
Paolo
Oggetto:
Ordine

Ciao""",
    "header block with a long list": """\
Grazie
===
Da: Terra e Tavola <info@terra.example>
Inviato: lunedì 3 marzo 2025 10:15
A: Paolo <p@x.example>; Anna <a@x.example>;
Ben <b@x.example>; Carla <c@x.example>
Oggetto: Ordine

Ciao""",
    "header block, empty lines between": """\
Grazie

===
Da: Terra e Tavola <info@terra.example>

Data: 3 marzo 2025 10:15

A: Paolo

Oggetto: Ordine

Ciao""",
    "notes": """\
Grazie
===
Da:        Terra e Tavola <info@terra.example>
Per:        Paolo
Data:        03/03/2025 10.15
Oggetto:        Ordine

Ciao""",
    "original appointment": """\
Va bene giovedì
===
-----Appuntamento originale-----
Da: Terra e Tavola
Inviato: lunedì

Ciao""",
    "another desk": """\
Grazie
===
##- Scrivi la tua risposta sopra questa riga -##

Ciao""",
    "nested quote without marks": """\
Ok
===
Il 03/03/25 10:15, Terra e Tavola <info@terra.example> ha scritto:
Ciao
> vecchio
Altro""",
    "signature and quote": """\
Ok
===
--{space}
Mario
Il 03/03/25 10:15, Terra e Tavola ha scritto:
> Ciao""",
    "bare signature": """\
Ok, ne prendo due.
===
--
Mario Rossi
Tel. 055 000""",
    "galaxy": """\
Ok
===
Inviato dal mio dispositivo Galaxy""",
    "outlook ios": """\
Ok
===
Scarica Outlook per iOS<https://aka.ms/o0ukef>""",
    "windows mail": """\
Ok
===
Inviato da Posta per Windows""",
    "fr phone": """\
Ok
===
Envoyé de mon téléphone portable""",
    "de phone": """\
Ok
===
Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.""",
}

KEPT_WHOLE = {
    "the pronoun": "Il 3 marzo 2025 alle 10:15 il corriere mi ha scritto:\nNon la troviamo in casa.\nMa io c'ero!",
    "a list of dashes": "Mi servono:\n- olio\n- aceto\n-- anche sale\n--- e pepe",
    "a table ruled off": "Ordine 1\n--\nOrdine 2\n--\nOrdine 3",
    "a route": "Il pacco va\nDa: Milano\nA: Roma\nData: 12/03/2025\nColli: 3",
    "dates": "Ecco quando ci sono:\n2025-01-15 14:30\n15/01/2025 14:30:\n- mattina",
    "on": "On the surface, this looks fine.\nOn 3 March at 10:15 I was at home.",
    "from in the text": "The data comes From: our database, not From: outside.\nTo: me it is clear.",
    "sent from": "Il pacco è stato\nInviato da Bologna il 3 marzo?",
    "more than": "Ne vorrei\n>50 pezzi\nSi può?",
    "an underlined title": "Titolo\n__________________\ntesto",
    "only a header block": "Da: Mario\nInviato: ieri alle 10\nA: voi\nOggetto: ciao\n\nTesto",
    "only a signature": "-- \nMario Rossi",
    "original message in words": "Il messaggio originale: non l'ho più.\nMessaggio originale perso",
    "e-mail addresses": "Scrivete a m@x.example: è mio.\nO a Mario <mario@x.example>: mio marito.",
}


@pytest.mark.parametrize("text", REPLIES.values(), ids=REPLIES)
def test_the_reply_is_told_from_the_quote(text):
    own, _, quoted = text.replace("{space}", " ").partition("===\n")
    folded = fold(own + quoted)
    assert folded.reply == own.strip()
    assert folded.quoted.split() == quoted.split()


@pytest.mark.parametrize("text", KEPT_WHOLE.values(), ids=KEPT_WHOLE)
def test_what_only_looks_like_a_quote_is_kept(text):
    folded = fold(text)
    assert folded.reply == "\n".join(line.rstrip() for line in text.split("\n"))
    assert folded.quoted == ""


def test_a_forward_is_content_also_where_it_quotes():
    text = (
        "Guardate\n\n---------- Messaggio inoltrato ---------\nDa: GLS\n\nIl pacco\n\nIl 1/3/25, X ha scritto:\n> prima"
    )
    assert fold(text).reply == text
    assert fold(text).quoted == ""


def test_a_header_block_is_a_quote_in_a_reply_and_content_in_a_forward():
    text = "Ecco\n\nDa: GLS <a@gls.example>\nInviato: lunedì 3 marzo 2025\nA: me\nOggetto: Avviso\n\nIl pacco"
    assert fold(text).reply == "Ecco"
    assert fold(text, forwards=True).reply == text


def test_answers_between_the_quotes_are_the_reply():
    text = "Ciao,\n> Colore?\nRosso\n> Taglia?\nM\n"
    folded = fold(text)
    assert folded.reply == "Ciao,\n\nRosso\n\nM"
    assert folded.quoted == "> Colore?\n\n> Taglia?"


def test_a_header_block_of_the_html_with_nothing_above_is_kept_like_one_in_text():
    block = "Da: GLS <a@gls.example>\nInviato: lunedì 3 marzo 2025\nA: me\n\nIl pacco"
    assert fold(f"{QUOTE_STARTS}\n{block}").reply == block
    assert fold(f"Ecco\n{QUOTE_STARTS}\n{block}").reply == "Ecco"


def test_who_sends_only_a_quote_has_written_nothing():
    folded = fold(f"{QUOTE_STARTS}\nCiao\n{QUOTE_ENDS}")
    assert (folded.reply, folded.quoted) == ("", "Ciao")
