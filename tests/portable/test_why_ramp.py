"""The sentence names the ramp while it holds the setpoint away from the wish, and no longer.

Source: edge/controller.py; the ramp's rate is a row of the table.
"""

from edge import queries, reasons
from tests.portable.test_gateway import command, publish, site, VPP


def test_the_ramp_is_named_until_the_wish_is_reached():
    _, run = site(vpp=VPP, control={"ramp_w_s": 500})
    run.run(15000)
    der = run.gateway.state.ders[0]
    assert der.why() == "charging 6.0 kW: default"
    run.bytes_from_broker(publish(*command(1, kind="setpoint", p_w=-2000)))
    run.run(4000)
    assert -4200 < der.p_set_w < -3800
    assert der.why() == "charging %.1f kW: ramp (dispatch asked 2.0)" % (-der.p_set_w / 1000)
    assert der.shown_reason() == reasons.RAMP and der.reason() == 0, "the ramp limits nothing for good"
    assert queries.why(run.gateway)[0]["why"] == der.why()
    run.run(6000)
    assert der.why() == "charging 2.0 kW: dispatch"


def test_what_limits_the_wish_is_named_before_the_ramp():
    _, run = site(vpp=VPP, control={"ramp_w_s": 500})
    run.run(15000)
    run.bytes_from_broker(publish(*command(1, kind="limits", p_charge_max_w=1000, p_discharge_max_w=0)))
    run.run(4000)
    assert "VPP limit (default asked 6.0)" in run.gateway.state.ders[0].why()
