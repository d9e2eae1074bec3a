"""Which column of a CSV means what: our own names, Italian ones, and those of other shops' exports."""

import re

from .problems import UnreadableFile

MOST_COLUMNS = 500

# fmt: off
# Our names, of what belongs to an order, to one of its goods, and to one of its parcels.
ORDER = (
    "id", "number", "placed_at", "updated_at", "state",
    "financial_state", "fulfillment_state", "currency", "total", "refunded",
    "email", "phone", "name", "first_name", "last_name",
    "city", "country", "url", "note", "promised_for",
)
# fmt: on
LINE = ("line_name", "line_sku", "line_variant", "line_quantity", "line_total", "line_price", "line_image")
PARCEL = (
    "carrier",
    "tracking_number",
    "tracking_url",
    "parcel_state",
    "shipped_at",
    "delivered_at",
    "parcel_promised_for",
)

ALIASES = {
    "id": "order_id, id_ordine, codice_ordine",
    "number": "order_number, order_name, numero_ordine, numero, n_ordine, ordine, order, reference, riferimento",
    "placed_at": "created_at, order_date, date, data, data_ordine, ordinato_il, date_add, ordered_at, purchased_at",
    "updated_at": "modified_at, last_update, date_upd, aggiornato_il, ultima_modifica",
    "state": "status, stato, order_status, stato_ordine, current_state",
    "financial_state": "financial_status, payment_status, stato_pagamento",
    "fulfillment_state": "fulfillment_status, stato_evasione",
    "currency": "valuta, order_currency",
    "total": "totale, order_total, grand_total, total_paid, totale_ordine, importo, order_total_amount",
    "refunded": "refunded_amount, rimborsato, total_refunded, order_refund_amount",
    "email": "e_mail, mail, customer_email, email_cliente, billing_email, email_billing, indirizzo_e_mail",
    "phone": "telefono, cellulare, billing_phone, phone_billing, customer_phone, shipping_phone",
    "name": "customer_name, cliente, nome_cliente, billing_name, customer, destinatario, shipping_name, nominativo",
    "first_name": "nome, billing_first_name, first_name_billing, firstname",
    "last_name": "cognome, billing_last_name, last_name_billing, lastname",
    "city": "citta, shipping_city, city_shipping, comune",
    "country": "paese, nazione, shipping_country, country_code_shipping, country_code, shipping_country_code",
    "url": "order_url, link",
    "note": "notes, nota, customer_note, order_note",
    "promised_for": "consegna_prevista, data_consegna_prevista, estimated_delivery, promised_delivery",
    "line_name": "lineitem_name, product, product_name, prodotto, articolo, item_name, descrizione, nome_prodotto",
    "line_sku": "lineitem_sku, sku, codice_articolo, codice_prodotto",
    "line_variant": "lineitem_variant, variant, variante, variation",
    "line_quantity": "lineitem_quantity, quantity, quantita, qta, qty, quantity_1",
    "line_total": "totale_riga, item_total, order_line_total",
    "line_price": "lineitem_price, price, prezzo, item_cost, prezzo_unitario, unit_price",
    "line_image": "image, immagine",
    "carrier": "corriere, shipping_carrier, vettore, tracking_company, spedizioniere",
    "tracking_number": "tracking, numero_spedizione, codice_spedizione, lettera_di_vettura, ldv, tracking_code, awb",
    "tracking_url": "tracking_link, link_tracking",
    "parcel_state": "shipment_state, shipment_status, stato_spedizione",
    "shipped_at": "spedito_il, data_spedizione, fulfilled_at, ship_date",
    "delivered_at": "consegnato_il, data_consegna, delivery_date",
    "parcel_promised_for": "consegna_promessa",
}
MEANT = {alias: name for name, aliases in ALIASES.items() for alias in [name, *aliases.split(", ")]}
# In Shopify's own export "Name" is the number of the order, and "Total" stands beside "Lineitem price".
SHOPIFY = {"name": "number", "created_at": "placed_at", "billing_name": "name"}


def meanings(header: list[str]) -> dict[int, str]:
    """Return which column holds which of our values. Raises `UnreadableFile` when what is needed is not there."""
    if len(header) > MOST_COLUMNS:
        raise UnreadableFile("wide", limit=MOST_COLUMNS)
    plain = [plainly(name) for name in header]
    known = {**MEANT, **SHOPIFY} if "lineitem_name" in plain else MEANT
    found: dict[int, str] = {}
    for place, name in enumerate(plain):
        meaning = known.get(name)
        if meaning is None:
            continue
        if meaning in found.values():
            _choose(found, place, meaning, plain)
        else:
            found[place] = meaning
    _check(set(found.values()))
    return found


def _choose(found: dict[int, str], place: int, meaning: str, plain: list[str]) -> None:
    """Of two columns for one thing our own name wins; then the earlier, but never for what money depends on."""
    before = next(at for at, name in found.items() if name == meaning)
    if plain[place] == meaning:
        del found[before]
        found[place] = meaning
    elif plain[before] != meaning and meaning in ("total", "number", "id", "state"):
        raise UnreadableFile("twice", plain[before], other=plain[place], column=meaning)


def _check(found: set[str]) -> None:
    missing = [name for name in ("number", "placed_at", "state", "total") if name not in found]
    if "number" in missing and "id" in found:
        missing.remove("number")
    if "state" in missing and found & {"financial_state", "fulfillment_state"}:
        missing.remove("state")
    if missing:
        raise UnreadableFile("header", columns=", ".join(missing))


def plainly(name: str) -> str:
    """Return the name of a column without capitals, accents and signs: "Quantità (1)" is "quantita_1"."""
    return re.sub(r"[\W_]+", "_", fold(name.casefold())).strip("_")


ACCENTS = str.maketrans("àèéìòùáíóú", "aeeiouaiou")


def fold(name: str) -> str:
    return name.translate(ACCENTS)
