"""What people write about, how often, when in the life of an order, and who answers."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """`share` is how many of about 3,000. `after` is a moment of an order, `hours` how long after it people write."""

    share: int
    team: str
    tag: str
    after: str = ""
    hours: tuple[float, float] = (0, 0)
    inbox: str = "assistenza"


SHIPPING, RETURNS, OFFICE, SHOP = "Spedizioni", "Resi e danni", "Amministrazione", "Negozio"

TOPICS = {
    "late": Topic(620, SHIPPING, "ritardo corriere", "promised", (18, 110)),
    "damaged": Topic(300, RETURNS, "merce danneggiata", "delivered", (1, 40)),
    "wrong": Topic(130, RETURNS, "articolo sbagliato", "delivered", (1, 40)),
    "return": Topic(290, RETURNS, "reso", "delivered", (20, 260)),
    "invoice": Topic(210, OFFICE, "fattura", "placed", (5, 400), inbox="amministrazione"),
    "address": Topic(160, SHIPPING, "cambio indirizzo", "placed", (0.2, 30)),
    "status": Topic(210, SHIPPING, "stato ordine", "placed", (3, 60)),
    "praise": Topic(140, SHOP, "complimenti", "delivered", (10, 140)),
    "review": Topic(80, SHOP, "recensione", "delivered", (30, 200)),
    "product": Topic(430, SHOP, "domanda prodotto"),
    "coupon": Topic(150, SHOP, "coupon"),
    "wedding": Topic(70, SHOP, "lista nozze"),
    "quote": Topic(90, OFFICE, "preventivo", inbox="aziende"),
    "other": Topic(50, SHOP, ""),
    "spam": Topic(80, "", ""),
}
ANGRY = {"late": 0.16, "damaged": 0.1, "wrong": 0.1, "return": 0.05, "invoice": 0.06, "coupon": 0.05}

# The five of the shop. Four answer; the guest looks on.
AGENTS = {
    "elena": ("Elena Conti", "f"),
    "carla": ("Carla Moretti", "f"),
    "marco": ("Marco Rinaldi", "m"),
    "sara": ("Sara Bianchi", "f"),
    "luca": ("Luca Ferri", "m"),
}
WHO_ANSWERS = {
    SHIPPING: {"marco": 52, "elena": 32, "carla": 12, "sara": 4},
    RETURNS: {"marco": 44, "elena": 24, "carla": 26, "sara": 6},
    OFFICE: {"sara": 58, "carla": 30, "elena": 12},
    SHOP: {"sara": 50, "elena": 38, "carla": 12},
}


def who_answers(team: str, rng: random.Random) -> str:
    """Return the key of one of the team, more often of those who do more of it."""
    answering = WHO_ANSWERS[team]
    return rng.choices([*answering], [*answering.values()])[0]
