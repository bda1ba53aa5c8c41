"""Whether power flows, as jobs see it: a charger at work, one that nobody reads, an island, a contract.

Source: edge/update/rest.py.
"""

from edge.update import rest
from tests.portable import fake_site


def charging():
    site = fake_site.FakeSite(fake_site.document(), {"bus:lan": {1: fake_site.charger_bank()}})
    site.run(15000)
    return site


def test_a_charger_at_work_and_one_at_rest():
    site = charging()
    assert rest.of(site.gateway.state) == rest.FLOWS
    site.stop()
    site.run(10000)
    der = site.gateway.state.ders[0]
    der.view.p_ac_w, der.p_set_w = 0, 0
    assert rest.of(site.gateway.state) is rest.RESTS
    for p_w in (rest.P_REST_W + 1, -rest.P_REST_W - 1):
        der.view.p_ac_w = p_w
        assert rest.of(site.gateway.state) == rest.FLOWS
    der.view.p_ac_w, der.p_set_w = -rest.P_REST_W, -3000     # told to, not yet there
    assert rest.of(site.gateway.state) == rest.FLOWS


def test_a_power_that_nobody_knows_may_flow():
    site = charging()
    der = site.gateway.state.ders[0]
    der.view.p_ac_w, der.p_set_w = None, 0
    assert rest.of(site.gateway.state) == rest.FLOWS


def test_an_island_and_a_contract_bar_even_a_ramp():
    for name in ("island", "reserve"):
        site = charging()
        view = site.gateway.state.ders[0].view
        setattr(view, name, 353 if name == "island" else ("fcr-n", 1000, 1000, 0))
        assert rest.of(site.gateway.state) == rest.BARRED
