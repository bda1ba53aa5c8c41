"""Signs of other standards: one row a quantity, said in words.

Not its job: registers of devices. Source: OCPP 2.1, IEEE 2030.5, SunSpec 701 as quoted in sign_convention.py.
"""

from protocols import sign_convention as sign


def test_charging_is_negative_with_us_whatever_the_peer_says():
    # quantity, what the peer says while charging (or absorbing vars), what we say
    for quantity, peer, expected in (
        ("ocpp.setpoint_w", 3400, -3400),
        ("ocpp.setpoint_reactive_var", 500, -500),
        ("ocpp.fixed_var_pct", -50, -50),
        ("ieee2030.opModFixedW_pct", -30, -30),
        ("sunspec701.w", -3400, -3400),
        ("sunspec701.var", -500, -500),
    ):
        assert sign.ours(quantity, peer) == expected, quantity
        assert sign.theirs(quantity, expected) == peer, quantity
        assert sign.ours(quantity, 0) == 0 and sign.ours(quantity, None) is None


def test_every_row_is_one_or_minus_one_and_says_why():
    for quantity, factor, why in sign.FACTORS:
        assert factor in (1, -1) and why, quantity


def test_an_unknown_quantity_is_not_guessed():
    try:
        sign.ours("ocpp.setpoint_kw", 1)
    except KeyError:
        return
    assert False


def test_bounds_change_places():
    # 2 kW forced charging up to 6 kW; 3 kW discharge allowed up to 6 kW charge
    assert sign.interval_from_charge_positive(2000, 6000) == (-6000, -2000)
    assert sign.interval_from_charge_positive(-3000, 6000) == (-6000, 3000)


def test_ocpp_limits_become_magnitudes():
    assert sign.limits_from_ocpp(6000, -3000) == (6000, 3000)
    assert sign.limits_from_ocpp(None, None) == (None, None)
