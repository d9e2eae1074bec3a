"""What servers say when a mail does not arrive, as data. A new server's words are a new line here and a new fixture."""

import re

from .words import any_of

DEAD_STATUS = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
# Codes that servers use for many things; the words beside them decide.
UNCLEAR_STATUS = re.compile(r"5\.(?:0\.\d+|1\.0|1\.[4589]|2\.[01]|3\.0|4\.[014]|4\.\d{3}|5\.[0-4]|1\.\d{3})$")

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
REPLY_CODE = re.compile(
    r"(?<![\w.#/-])([45]\d\d)(?=[\s\-:;,]|$)(?!\s*(?:KB|MB|GB|bytes|ms|hours|minutes|seconds|messages))"
)

_THING = r"(?:user|recipient|mailbox|address|account|domain|host|e-?mail(?: address)?|person|destination)"
_KNOWN = r"(?:found|known|valid|exist|recogni[sz]ed|listed)"
_TROVATO = r"(?:valid[oa]|trovat[oa]|esiste|esistente|più attiv[oa])"
_DESTINATION = r"(?:utente|destinatario|casella|indirizzo|dominio|account|mailbox)"

# The address itself is no good.
UNKNOWN = any_of(
    rf"unknown (?:local )?{_THING}",
    rf"no such (?:local )?{_THING}",
    rf"(?:invalid|bad|nonexistent|non-existent) (?:final )?{_THING}",
    rf"{_THING}s? (?:name )?(?:<?\S{{1,80}}>? )?(?:is |was )?(?:unknown|invalid|not {_KNOWN})",
    rf"{_THING} (?:<?\S{{1,80}}>? )?(?:does ?n[o'’]?t|do not) exist",
    rf"{_THING} (?:<?\S{{1,80}}>? )?(?:is )?no longer (?:exists?|available|valid|in use|active|works)",
    r"rejected: (?:user unknown|undeliverable|no such|access denied)",
    r"that you tried to reach does not exist",
    r"does(?:n['’]t| not) have an? \S{1,40} (?:account|mailbox)",
    r"is not a (?:valid|known|local) (?:user|mailbox|recipient|address)",
    r"recip(?:ient)?notfound|recipient not found",
    r"(?:couldn['’]t|could not) be found|wasn['’]t found",
    r"not listed in (?:public|domino)",
    r"addresses (?:were|are) unknown",
    r"address rejected[.!]?\s*(?:$|\[|\()",
    r"no mail hosts|unable to route",
    r"host or domain name not found|domain (?:name )?not found|name or service not known",
    r"unrouteable address|unroutable|nxdomain|null mx|has no mx|no mx record|couldn['’]t find any host",
    r"name service error|all relevant mx records point to non-existent",
    r"domain [^\n]{0,80}(?:not exist|not found|no valid)",
    r"user has moved|has moved|moved to|changed (?:his|her|their) address",
    r"requested action not taken: mailbox unavailable",
    r"no mailbox here by that name|nosuchuser|mailbox unavailable or does not exist",
    r"recipient name is not recogni[sz]ed|not our customer",
    rf"{_DESTINATION} (?:\S{{1,80}} )?(?:è )?(?:sconosciut[oa]|inesistente|errat[oa]|non {_TROVATO})",
    r"(?:non è stato trovato|non trovato|non è possibile trovare)|indirizzo (?:e-?mail )?(?:immesso )?non",
    r"unbekannter (?:empfänger|benutzer|nutzer)",
    r"(?:empfänger|benutzer|adresse) (?:ist )?unbekannt|existiert nicht|nicht gefunden",
    r"kein(?:e)? (?:solche[rs]? )?(?:empfänger|postfach|mailbox)",
    r"adresse (?:inconnue|inexistante|introuvable)|utilisateur inconnu",
    r"n['’]existe pas|destinataire inconnu|introuvable",
    r"usuario (?:desconocido|inexistente)|no existe",
    r"dirección (?:desconocida|no encontrada)|no se (?:ha encontrado|encontró)",
)

# Something else is the matter: us, the content, the space, the day.
NOT_THE_ADDRESS = any_of(
    r"spam|unsolicited|blocked|black ?list|blocklist|spamhaus",
    r"barracuda|policy|polic(?:y|ies)|reputation|content rejected",
    r"\bspf\b|dmarc|dkim|authenticat|reverse dns|\bptr\b|helo",
    r"virus|malware|attachment",
    r"quota|\bfull\b|storage|too (?:large|big)|size limit|exceed|insufficient",
    r"greylist|rate limit|too many|temporar|try again|timed? ?out",
    r"connection (?:refused|timed|lost)|delivery time expired",
    r"sender (?:address )?(?:rejected|unknown|verify)",
    r"relay(?:ing)? (?:access )?(?:denied|not)|not permitted to relay|unable to relay",
    r"suspended|inactive|disabled|loop|hop count",
    r"piena|spazio (?:esaurito|insufficiente)|superat[oa]|voll\b|pleine|saturée|llen[oa]\b|espacio",
)
FULL = any_of(
    r"\bfull\b|quota|storage|insufficient",
    r"piena|spazio (?:esaurito|insufficiente)|superat[oa] (?:lo spazio|la quota|il limite)",
    r"voll\b|überfüllt|pleine|saturée|llen[oa]\b",
)
REFUSED = any_of(r"spam|policy|blocked|black ?list|blocklist|\bspf\b|dmarc|dkim|reputation|virus|malware|unsolicited")

DELAYED = any_of(
    r"\bdelay(?:ed)?\b|warning: (?:message|could not)",
    r"will (?:continue|keep) (?:to )?(?:try|be)|still being retried|being retried",
    r"(?:has )?not yet been delivered|no action is required|do not need to resend|will be retried|will try again",
    r"in ritardo|ritardat[oa]|ancora (?:tentando|in coda)|continuerà a (?:provare|tentare)|verrà ritentat",
    r"verzöger|wird weiterhin versucht|retardé|en retard|se seguirá intentando|retrasad",
)
GIVEN_UP = any_of(r"permanent|giving up|gave up|given up|final|has failed|failed")

SUBJECT = any_of(
    r"undeliver",
    r"delivery (?:status notification|failure|failed|report|problem|notification|incomplete|has failed|error)",
    r"mail (?:delivery|system error|returned|could not)|returned mail",
    r"returned to sender|returning message|failure notice",
    r"(?:message|e-?mail) (?:not delivered|delivery|undelivered)|non-?deliver|nondeliver|not delivered",
    r"(?:couldn['’]t|could not|cannot|can not) be delivered|\bdelay",
    r"warning: (?:message|could not)|\bbounced?\b|rejected mail",
    r"non recapit|mancat[ao] (?:recapito|consegna)|errore (?:di|nella) consegna|impossibile (?:recapitare|consegnare)",
    r"consegna (?:fallita|non riuscita|ritardata)|non consegnat",
    r"notifica (?:sullo|di) stato|recapito (?:fallito|non riuscito)",
    r"unzustellbar|nicht zugestellt|nicht zustellbar|zustellung|fehlgeschlagen",
    r"non remis|échec|impossible de remettre|non distribu|retourné",
    r"no se pudo entregar|no entregad|devuelto|error de entrega",
)
FAILED_WORDS = any_of(
    r"deliver|recapit|consegn|zugestellt|zustell|remis|distribu",
    r"entreg|failed|fallit|returned|fatal error|not reach|rejected",
)

SENDERS = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|microsoftexchange[\da-f]*|noreply-?mail-?delivery|bounces?|"
    r"mail-?delivery(?:-?system)?|double-?bounce|exchange|daemon|undeliverable|mailsystem)(?:[+@.=-]|$)"
)
SENDER_NAMES = any_of(
    r"mail(?:er)?[ -]?delivery|mailer[ -]?daemon|delivery (?:sub)?system",
    r"system administrator|microsoft (?:outlook|exchange)",
    r"^postmaster|amministratore (?:di )?sistema|mail system",
)

# Where the report ends and the copy of our message begins.
COPY_BELOW = any_of(
    r"^[^\n]{0,40}below this line is a copy[^\n]{0,80}$",
    r"^[^\n]{0,40}this is a copy of (?:the|your|my) message[^\n]{0,80}$",
    r"^[^\n]{0,40}(?:original|returned|unsent|included) message follows[^\n]{0,80}$",
    r"^[-= ]{2,}[^\n]{0,20}(?:original|returned|unsent|the header|a copy|messaggio originale|ursprüngl)[^\n]{0,80}$",
    r"^[^\n]{0,40}(?:copia del (?:tuo |vostro |suo )?messaggio|the body of (?:the|this) message)[^\n]{0,80}$",
    r"^Return-Path: ",
    r"^Received: from ",
)
ORIGINAL_ID = re.compile(r"^[>\s]{0,6}Message-ID:\s*<([^<>\s]{3,250})>", re.IGNORECASE | re.MULTILINE)
IN_TEXT = re.compile(r"[\w.+%=&'*/-]{1,80}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
PROTOCOL = re.compile(r"^(?:smtp|x-[\w-]{1,30}|unix|dns|esmtp|lmtp)\s*;\s*", re.IGNORECASE)
