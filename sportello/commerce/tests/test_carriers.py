import pytest

from sportello.commerce.carriers import tracking_url


@pytest.mark.parametrize(
    ("called", "number", "url"),
    [
        ("BRT", "084123", "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz=084123"),
        ("Corriere Bartolini 24h", "1", "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz=1"),
        ("gls_italy", "GL1", "https://www.gls-italy.com/?option=com_gls&view=track_e_trace&mode=search&numero_spedizione=GL1&tipo_codice=nazionale"),
        ("Poste Italiane", "AB 1", "https://www.poste.it/cerca/index.html#/risultati-spedizioni/AB%201"),
        ("Crono Express", "A", "https://www.poste.it/cerca/index.html#/risultati-spedizioni/A"),
        ("DHL Express", "1", "https://www.dhl.com/it-it/home/tracking.html?submit=1&tracking-id=1"),
        ("ups", "1Z9", "https://www.ups.com/track?tracknum=1Z9"),
        ("TNT", "1", "https://www.fedex.com/fedextrack/?trknbr=1"),
        ("DPD", "1", "https://tracking.dpd.de/status/it_IT/parcel/1"),
        ("InPost", "1", "https://inpost.it/trova-il-tuo-pacco?number=1"),
        ("UPS", "", ""),
        ("Zio Peppe", "1", ""),
        ("Gruppi", "1", ""),
        ("", "1", ""),
        ("UPS", "1&x=<script>", "https://www.ups.com/track?tracknum=1%26x%3D%3Cscript%3E"),
    ],
)  # fmt: skip
def test_where_a_parcel_is_followed(called, number, url):
    assert tracking_url(called, number) == url
