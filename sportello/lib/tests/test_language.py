"""Which language is it?"""

import pytest

from sportello.lib.language import guess

SAID = {
    "Buongiorno, vorrei sapere dov'è il mio ordine": "it",
    "Non è ancora arrivato il pacco che ho ordinato la settimana scorsa": "it",
    "Hello, where is my order? I have not received it": "en",
    "Guten Tag, wo ist meine Bestellung? Ich warte noch": "de",
    "Bonjour, où est ma commande ? Je ne l'ai pas reçue": "fr",
    "Hola, ¿dónde está mi pedido? No me ha llegado": "es",
    "Grazie": "it",
    "Danke!": "de",
    "": "",
    "1234": "",
    "ok": "",
    "谢谢": "",
}


@pytest.mark.parametrize("text", SAID)
def test_the_commonest_words_tell(text):
    assert guess(text) == SAID[text]
