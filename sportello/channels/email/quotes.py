"""What mailers put around the text that they quote, per language, as data; the patterns are made from it below.

To teach a new language or mailer, add a line here and a pair of files in fixtures/.
"""

import re

# "Il giorno lun 3 mar 2025 alle ore 10:15 Terra e Tavola <info@terra.example> ha scritto:"
# (how such a line begins, how it ends)
ATTRIBUTIONS = {
    "it": ("Il|In data", "ha scritto|ha inviato|scrive|scriveva"),
    "en": ("On", "wrote|writes|said"),
    "de": ("Am|Um", "schrieb|hat geschrieben|schreibt"),
    "fr": ("Le", "a écrit|écrit|écrivait"),
    "es": ("El|En", "escribió|ha escrito"),
    "pt": ("Em|No dia", "escreveu"),
    "nl": ("Op", "schreef|het volgende geschreven"),
    "pl": ("Dnia|W dniu", r"napisał(?:\(a\)|a)?|pisze"),
    "cs": ("Dne", r"napsal(?:\(a\)|a)?"),
    "da": ("Den", "skrev"),
    "ro": ("În", "a scris"),
    "hr": ("Dana", "je napisao|je napisala|piše"),
    "sl": ("Dne", "je napisal|je napisala"),
    "hu": (r"\d{4}\.", "ezt írta|írta"),
    "fi": ("", "kirjoitti"),
    "el": ("Στις", "έγραψε"),
    "ru": ("", "пишет|написал|писал"),
    "sv": ("Den", "skrev"),
    "zh": ("在", "写道"),
    "ja": ("", "のメッセージ|は書きました"),
    "ko": ("", "작성|님이 작성"),
}
WEEKDAYS = (
    "lun|mar|mer|gio|ven|sab|dom|mon|tue|wed|thu|fri|sat|sun|mo|"
    "di|mi|do|fr|sa|so|jeu|sam|dim|jue|vie|sáb|mié|seg|ter|qua|"
    "ma|wo|vr|za|zo|pon|wt|śr|czw|pt|sob|niedz|пн|вт|ср|чт|пт|сб|вс|mån|tis|ons|tor|fre|lör|sön|tir|lør|søn"
)

# The lines of a quoted header, by what they tell. Written as they stand before the colon.
LABELS = {
    "from": "Da|Mittente|From|Von|De|Van|Od|Fra|Från|Lähettäjä|От|Από|Feladó|Expéditeur|Remitente|Absender",
    "sent": "Inviato|Inviata|Inviato il|Data|Data invio|Sent|Date|Sent at|Gesendet|Gesendet am|Datum|Envoyé|Envoyé le|"
    "Enviado|Enviado el|Fecha|Enviada em|Enviado em|Verzonden|"
    "Wysłano|Odesláno|Sendt|Dato|Skickat|Lähetetty|Дата|Trimis",
    "to": "A|Per|Destinatario|Destinatari|To|An|À|Pour|Para|Aan|Do|Komu|Til|Till|Vastaanottaja|Кому|Către|Empfänger",
    "cc": "Cc|CC|Ccn|Bcc|CCN|Kopie|Copie|Copie à|Copia|Kopia|Kopi|Копия",
    "subject": "Oggetto|Ogg|Subject|Betreff|Objet|Sujet|Asunto|Assunto|Onderwerp|Temat|Předmět|Emne|Ämne|Aihe|Тема|"
    "Subiect|Tárgy|Θέμα",
    "other": "Reply-To|Rispondi a|Risposta a|Antwort an|Répondre à|Responder a|Importance|Priorità|Importanza|Priority|"
    "Wichtigkeit|Importancia|Allegati|Attachments|Anlagen|Pièces jointes|Organization|Message-ID",
}
# Nobody starts a line of their own with these, so they need less company.
SURE_SENT = "Inviato|Inviata|Sent|Gesendet|Envoyé|Enviado|Enviado el|Verzonden|Wysłano|Sendt|Skickat|Odesláno"

# -----Messaggio originale-----
ORIGINAL = (
    "Messaggio originale|Original Message|Original E-?mail|"
    "Original-Nachricht|Originalnachricht|Ursprüngliche Nachricht|"
    "Ursprüngliche Message|Ursprüngliche E-?Mail|Message d['’]origine|Message original|E-mail d['’]origine|"
    "Mensaje original|Correo original|Mensagem original|Oorspronkelijk bericht|Oprindelig meddelelse|"
    "Ursprungligt meddelande|Wiadomość oryginalna|Oryginalna wiadomość|Původní zpráva|Mesaj original|"
    "Original Appointment|Appuntamento originale|Ursprünglicher Termin|Rendez-vous d['’]origine|"
    "Alkuperäinen viesti|Исходное сообщение|Reply message|Messaggio di risposta|Risposta al messaggio"
)
# ##- Please type your reply above this line -##
ABOVE = (
    "reply above this line|above this line|sopra questa (?:riga|linea)|oberhalb dieser (?:Zeile|Linie)|"
    "au-dessus de cette ligne|encima de esta línea"
)
# ---------- Forwarded message ---------
FORWARDED = (
    "Forwarded message|Forwarded by|Messaggio inoltrato|Messaggio reinoltrato|Inoltrato da|Weitergeleitete Nachricht|"
    "Weitergeleitete E-?Mail|Message transféré|Message réexpédié|Mensaje reenviado|Mensagem encaminhada|"
    "Doorgestuurd bericht|Videresendt meddelelse|Vidarebefordrat meddelande|Wiadomość przekazana|Пересылаемое сообщение"
)
# Begin forwarded message:
BEGIN_FORWARDED = (
    "Begin forwarded message|Start of forwarded message|Inizio messaggio inoltrato|Inizia messaggio inoltrato|"
    "Inizio del messaggio inoltrato|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|"
    "Beginn der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:réexpédié|transféré)|"
    "Début de l['’]e-mail transféré|Inicio del mensaje (?:reenviado|reexpedido)|Início da mensagem encaminhada|"
    "Begin doorgestuurd bericht"
)
# How the subject of a forwarded mail begins. "R: I: …" is a reply to one and begins otherwise.
FORWARD_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:Fwd?|FW|I|Inoltr[ao]|WG|TR|RV|ENC|Doorst|VS|VL|PD)\s*:", re.IGNORECASE
)

# What programs add below: devices, shops' apps, virus scanners.
DEVICES = (
    r"iphone|ipad|ipod|mac\b|apple|android|samsung|galaxy|huawei|"
    r"honor|xiaomi|redmi|oppo|oneplus|motorola|nokia|sony|xperia|"
    r"blackberry|windows|outlook|posta\b|e?-?mail\b|libero|yahoo|"
    r"aruba|tiscali|virgilio|tim\b|proton|gmail|gmx|web\.de|t-online|"
    r"smartphone|cellulare|telefono|telefonino|dispositivo|tablet|"
    r"handy|mobil\w*|phone|téléphone|portable|móvil|teléfono|"
    r"k-9|thunderbird|mailbird|spark|edison|bluemail|aquamail|fairemail|tutanota|icloud|orange|free\b|fastmail|zoho"
)
SENT_FROM = (
    rf"(?:Inviat[oa]|Spedit[oa]|Scritto)\s+(?:da|dal|dalla|dall['’]|con|tramite|via|in\s+mobilità)\b.*(?:{DEVICES}).*"
    r"|Inviat[oa]\s+dal?\s+mio\s+[\w .-]{1,30}"
    rf"|(?:Scarica|Ottieni)\s+\[?(?:Outlook|Yahoo|Libero|BlueMail|Posta).*"
    rf"|Sent\s+(?:from|with|via|using|by)\b.*(?:{DEVICES}).*|Sent\s+from\s+my\s+[\w .-]{{1,30}}"
    r"|Get\s+\[?(?:Outlook|BlueMail)\s+(?:for|from).*|Download\s+\[?Outlook.*"
    rf"|(?:Von|Aus|Mit)\s+(?:meinem|meiner|der)?\b.*(?:{DEVICES}).*(?:gesendet|verschickt|geschrieben)\.?.*"
    rf"|(?:Gesendet|Diese Nachricht wurde)\s+(?:mit|von|über|aus)\b.*(?:{DEVICES}).*"
    r"|(?:Holen Sie sich|Laden Sie|Beziehen Sie)\s+\[?Outlook.*|Outlook\s+für\s+(?:iOS|Android).*"
    rf"|(?:Envoyé|Télécharg\w+)\s+(?:de|depuis|à\s+partir\s+d|avec|via|par)\b.*(?:{DEVICES}).*|"
    rf"Obten(?:ez|ir)\s+\[?Outlook.*"
    rf"|Enviad[oa]\s+(?:desde|con|por|do|a\s+partir)\b.*(?:{DEVICES}).*|"
    rf"Obt(?:ener|enga|én)\s+\[?Outlook.*|Descargar\s+\[?Outlook.*"
    rf"|(?:Verzonden|Verstuurd)\s+(?:vanaf|met|via)\b.*(?:{DEVICES}).*|Wysłane\s+z\b.*|"
    rf"Sendt\s+fra\s+(?:min|Outlook)\b.*|Skickat\s+från\b.*"
)
SCANNED = (
    r"(?:Mail priva di virus|Virus-free|Virenfrei|Garanti sans virus|Libre de virus)\b.*"
    r"|Questa e-?mail è stata (?:controllata|esaminata).{0,40}virus.*|This email has been checked for viruses.*"
    r"|Diese E-?Mail wurde (?:von|auf).{0,40}Viren.*|L['’]absence de virus dans ce courrier.*"
    r"|Este correo electrónico ha sido comprobado en busca de virus.*"
)

_ENDINGS = "|".join(end for _, end in ATTRIBUTIONS.values())
_OPENERS = "|".join(start for start, _ in ATTRIBUTIONS.values() if start)

# "mi ha scritto:" is a customer telling a story.
ENDING = re.compile(
    rf"(?:^|[\s>,)\]])(?<!\bmi )(?<!\bci )(?<!\bgli )(?<!\ble )(?<!\bvi )(?:{_ENDINGS})"
    rf"(?:\s*[:：]|\s+.{{1,200}}\S\s*:|\s*-{{2,}}|\s*\.{{3}})\s*\*?$",
    re.IGNORECASE,
)
# Nobody writes an address in angle brackets before "ha scritto:" by hand.
MACHINE_ENDING = re.compile(
    rf"^[^<>]{{0,120}}<(?:mailto:)?[^\s<>@]{{1,100}}@[^\s<>]{{1,200}}>+\)?,?\s+(?:{_ENDINGS})\s*[:：]\s*$",
    re.IGNORECASE,
)
ADDRESS_ENDING = re.compile(r"[<(\[]\s*(?:mailto:)?[^\s<>@]{1,100}@[^\s<>]{1,200}\s*[>)\]]{1,3}\s*:\s*$")
OPENER = re.compile(
    rf"^[\s\-*_]{{0,8}}(?:(?:{_OPENERS})\s+\S|(?:{WEEKDAYS})[a-zà-ÿì]{{0,8}}[.,]{{0,2}}\s|\d{{1,2}}[\s./-]|\d{{4}}-\d\d|[\"“«'])",
    re.IGNORECASE,
)
WORD_OPENER = re.compile(rf"^[\s\-*_]{{0,8}}(?:{_OPENERS})\s+\S")
DATE = re.compile(r"\b(?:(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})\b")
TIME = re.compile(r"\b\d{1,2}\s?[:.h]\s?\d{2}\b")
ADDRESS = re.compile(r"[<(\[]?\s*(?:mailto:)?[\w.+%'-]{1,80}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")

_ROLE_OF = {label: role for role, labels in LABELS.items() for label in labels.split("|")}
LABEL = re.compile(
    r"^[\s*_]{0,8}("
    + "|".join(sorted(map(re.escape, _ROLE_OF), key=len, reverse=True))
    + r")[*_]{0,3}[ \u00a0]?\s?:[*_]{0,3}(.*)$"
)
# Aruba's webmail leaves the colons out; all five lines follow each other.
BARE_BLOCK = re.compile(
    r"Da [^\n]{0,200}\S@\S[^\n]{0,200}\nA [^\n]{1,500}\n(?:Ccn?[^\n]{0,500}\n){0,2}"
    r"Data [^\n]{0,60}\d{4}[^\n]{0,40}\nOggetto [^\n]*"
)
SURE = frozenset(SURE_SENT.split("|"))


def role_of(label: str) -> str:
    """Return what a header label tells: from, sent, to, cc, subject or other."""
    return _ROLE_OF[label]


SEPARATOR = re.compile(r"^\s{0,4}(?:[_=]{5,}|-{5,}|[*]{5,})\s*$")
ORIGINAL_LINE = re.compile(
    rf"^[\s*_]{{0,4}}[-_=]{{2,}}\s*(?:{ORIGINAL})\s*:?\s*[-_=]{{2,}}\s*$"
    rf"|^\s*[#-]{{2,}}[^#]{{0,40}}(?:{ABOVE})[^#]{{0,40}}[#-]{{2,}}\s*$",
    re.IGNORECASE,
)
FORWARD_LINE = re.compile(
    rf"^[\s*_>]{{0,6}}(?:[-_=]{{2,}}\s*(?:{FORWARDED})\b[^\n]{{0,120}}|(?:{BEGIN_FORWARDED})\s*:?\s*\*?)\s*$",
    re.IGNORECASE,
)
SENT_FROM_LINE = re.compile(rf"^[\s*_\[]{{0,4}}(?:{SENT_FROM})$", re.IGNORECASE)
SCANNED_LINE = re.compile(rf"^\s*(?:{SCANNED})$", re.IGNORECASE)
