"""The laws that want something: dispatch with its regulation share, and the household.

Not its job: who wins (test_arbiter.py). Source: the laws' own headers.
"""

from edge import reasons
from edge.laws.dispatch import dispatch
from edge.laws.local_wishes import local_wishes
from tests.portable.law_bench import section, view


def asked(law, p=None, **changes):
    """(target, reason) of a law, or None."""
    opinion = law(view(**changes), None, p)[0]
    if opinion is None:
        return None
    assert opinion[0] is None and opinion[1] is None and opinion[3] is None, "a wish bounds nothing"
    return opinion[2], opinion[4]


def test_dispatch_follows_the_lease_and_its_share():
    lease = {"lease_setpoint": (-3000, "a", 20)}
    assert asked(dispatch) is None
    assert asked(dispatch, None, **lease) == (-3000, reasons.DISPATCH)
    assert asked(dispatch, None, agc=(2000, 0.5), **lease) == (-2000, reasons.DISPATCH)
    for scalar, p_w in ((-1, -2000), (0, 0), (1, 2000), (-7, -2000), (7, 2000)):
        assert asked(dispatch, None, agc=(2000, scalar)) == (p_w, reasons.AGC), scalar


def test_dispatch_leaves_the_system_operators_setpoint_alone():
    assert asked(dispatch, None, lease_setpoint=(-3000, "a", 9)) is None
    assert asked(dispatch, None, lease_setpoint=(-3000, "a", 10)) == (-3000, reasons.DISPATCH)
    assert asked(dispatch, None, lease_setpoint=(-3000, "a", 9), agc=(2000, 1)) == (2000, reasons.AGC)


def test_dispatch_pauses_with_the_household():
    lease = {"lease_setpoint": (-3000, "a", 20), "agc": (2000, 1)}
    for changes in ({"pause_vpp": True}, {"wish": ("charge_now", None)}, {"wish": ("discharge_now", 2000)}):
        changes.update(lease)
        assert asked(dispatch, None, **changes) is None, changes
    assert asked(dispatch, None, wish=("idle", None), **lease) == (-1000, reasons.DISPATCH)


def test_household_wishes_and_defaults():
    p = section("control")
    for wish, kind, expected in (
        (("charge_now", None), "evse", (-6000, reasons.CHARGE_NOW)),
        (("charge_now", 2500), "evse", (-2500, reasons.CHARGE_NOW)),
        (("discharge_now", None), "bes", (6000, reasons.DISCHARGE_NOW)),
        (("discharge_now", 2500), "evse", (2500, reasons.DISCHARGE_NOW)),
        (("idle", None), "evse", (0, reasons.IDLE_WISH)),
        (("none", None), "evse", (-6000, reasons.DEFAULT_CHARGE)),
        (("none", None), "bes", (0, reasons.DEFAULT_IDLE)),
    ):
        assert asked(local_wishes, p, wish=wish, kind=kind) == expected, (wish, kind)


def test_configured_default_replaces_both_defaults():
    p = section("control", p_default_w=-1500)
    for kind in ("evse", "bes"):
        assert asked(local_wishes, p, kind=kind) == (-1500, reasons.DEFAULT_TARGET)
    assert asked(local_wishes, p, wish=("idle", None)) == (0, reasons.IDLE_WISH)
