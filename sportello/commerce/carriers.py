"""Couriers: how they are called, and where a parcel of theirs is followed."""

import re
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Carrier:
    """A courier: the name we show, words by which stores call it, and its tracking page ("{}" is the number)."""

    name: str
    words: tuple[str, ...]
    page: str


CARRIERS = (
    Carrier(
        "BRT",
        ("brt", "bartolini"),
        "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz={}",
    ),
    Carrier(
        "GLS",
        ("gls",),
        "https://www.gls-italy.com/?option=com_gls&view=track_e_trace&mode=search&numero_spedizione={}&tipo_codice=nazionale",
    ),
    Carrier(
        "SDA",
        ("sda",),
        "https://www.sda.it/wps/portal/Servizi_online/ricerca_spedizioni?locale=it&tracing.letteraVettura={}",
    ),
    Carrier(
        "Poste Italiane",
        ("poste", "crono", "pacco ordinario"),
        "https://www.poste.it/cerca/index.html#/risultati-spedizioni/{}",
    ),
    Carrier("DHL", ("dhl",), "https://www.dhl.com/it-it/home/tracking.html?submit=1&tracking-id={}"),
    Carrier("UPS", ("ups",), "https://www.ups.com/track?tracknum={}"),
    Carrier("FedEx", ("fedex", "tnt"), "https://www.fedex.com/fedextrack/?trknbr={}"),
    Carrier("DPD", ("dpd",), "https://tracking.dpd.de/status/it_IT/parcel/{}"),
    Carrier("InPost", ("inpost",), "https://inpost.it/trova-il-tuo-pacco?number={}"),
)


def carrier_of(called: str) -> Carrier | None:
    """Return the courier a store means: "Corriere BRT 24h" is BRT. Unknown ones are None."""
    words = re.sub(r"[\W_]+", " ", called.casefold()).strip()
    for carrier in CARRIERS:
        if any(f" {word} " in f" {words} " or (len(word) > 4 and words.startswith(word)) for word in carrier.words):
            return carrier
    return None


def tracking_url(called: str, number: str) -> str:
    """Return where to follow this parcel, or an empty string when we do not know that courier."""
    carrier = carrier_of(called)
    return carrier.page.format(quote(number, safe="")) if carrier and number else ""
