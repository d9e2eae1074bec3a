"""What stores and their software call the states of orders and parcels, in Italian and English."""

import re

from ..models import Order, Shipment
from .problems import Wrong
from .values import text


def _words(table: dict[str, str]) -> dict[str, str]:
    return {word: state for state, words in table.items() for word in [state, *words.split(", ")]}


ORDER_STATES = _words(
    {
        "pending": "in attesa, da pagare, in attesa di pagamento, non pagato, on hold, authorized, pending payment",
        "paid": "pagato, pagata, pagamento accettato, confermato, partially refunded, unfulfilled, nuovo, new",
        "preparing": "in lavorazione, in preparazione, preparazione in corso, in elaborazione, processing",
        "shipped": "spedito, spedita, evaso, evasa, completato, in transito, fulfilled, completed, complete, partial",
        "partly_delivered": "consegnato in parte, parzialmente consegnato, partially delivered",
        "delivered": "consegnato, consegnata, recapitato",
        "cancelled": "annullato, annullata, cancellato, stornato, fallito, canceled, voided, failed, expired",
        "refunded": "rimborsato, rimborsata, reso",
    }
)
PARCEL_STATES = _words(
    {
        "preparing": "in preparazione, etichetta creata, pronto, label created, ready",
        "in_transit": "in transito, in viaggio, spedito, partito, in transit, shipped",
        "out_for_delivery": "in consegna, out for delivery",
        "delivered": "consegnato, recapitato",
        "stuck": "fermo, in giacenza, giacenza, fermo deposito, exception",
        "returned": "reso al mittente, torna indietro, restituito, returned to sender",
        "lost": "smarrito, perso",
    }
)


def _state(value: object, known: dict[str, str], wrong: str, allowed: list[str]) -> str:
    found = " ".join(re.split(r"[\W_]+", text(value, 60).casefold().removeprefix("wc-"))).strip()
    state = known.get(found) or known.get(found.replace(" ", "_"))
    if not state:
        raise Wrong(wrong, value, allowed=", ".join(allowed))
    return state


def order_state(value: object) -> str:
    """Return one of our states for whatever a store calls it."""
    return _state(value, ORDER_STATES, "state", Order.State.values)


def parcel_state(value: object) -> str:
    return _state(value, PARCEL_STATES, "parcel_state", Shipment.State.values)
