"""The laws that bound: protection, equipment, SoC window, consent, site share, low voltage, leased limits, departure.

Not its job: how bounds combine (test_arbiter.py). Source: the laws' own headers.
"""

from edge import failsafe, home_reasons, reasons
from edge.laws.discharge_consent import discharge_consent
from edge.laws.equipment import equipment
from edge.laws.mobility import mobility
from edge.laws.protection import protection
from edge.laws.site_share import site_share
from edge.laws.soc_window import soc_window
from edge.laws.system_limits import system_limits
from edge.laws.undervoltage import undervoltage, undervoltage_unknown
from edge.laws.vpp_limits import vpp_limits
from tests.portable.law_bench import Promised, is_close, section, view


def bounds(law, p=None, **changes):
    """Interval and reason of a law's first opinion; None without one."""
    opinion = law(view(**changes), None, p)[0]
    return None if opinion is None else (opinion[0], opinion[1], opinion[4])


def test_protection_leaves_less_with_every_action():
    facts = {"p_static_safe_w": 1400, "failsafe_reason": reasons.METER_LOST}
    for action, expected in ((failsafe.NONE, None), (failsafe.REPORT, None),
                             (failsafe.STOP_DISCHARGING, (None, 0, reasons.METER_LOST)),
                             (failsafe.HOLD_LIMITED, (-1400, 0, reasons.METER_LOST)),
                             (failsafe.ZERO, (0, 0, reasons.METER_LOST)),
                             (failsafe.STOP_REFRESHING, (0, 0, reasons.METER_LOST))):
        assert bounds(protection, None, failsafe_action=action, **facts) == expected, action


def test_equipment_is_nameplate_inside_the_rating_and_needs_a_vehicle():
    assert bounds(equipment) == (-6000, 6000, reasons.NAMEPLATE)
    assert bounds(equipment, None, s_max_va=5000, p_discharge_max_w=3000) == (-5000, 3000, reasons.NAMEPLATE)
    assert bounds(equipment, None, s_max_va=None) == (-6000, 6000, reasons.NAMEPLATE)
    for plugged in (False, None):
        assert bounds(equipment, None, plugged=plugged) == (0, 0, reasons.NO_EV)
        assert bounds(equipment, None, plugged=plugged, kind="bes") == (-6000, 6000, reasons.NAMEPLATE)


def test_soc_window_at_its_edges():
    for soc_pct, expected in ((None, (None, 0, reasons.SOC_UNKNOWN)), (19.9, (None, 0, reasons.SOC_FLOOR)),
                              (20, (None, 0, reasons.SOC_FLOOR)), (20.1, None), (79.9, None),
                              (80, (0, None, reasons.EV_FULL)), (100, (0, None, reasons.EV_FULL))):
        assert bounds(soc_window, None, soc_pct=soc_pct, soc_max_pct=80) == expected, soc_pct
    assert bounds(soc_window, None, soc_pct=100, kind="bes") == (0, None, reasons.BATTERY_FULL)


def test_consent_and_share():
    assert bounds(discharge_consent) is None
    assert bounds(discharge_consent, None, v2g_consent=False) == (None, 0, reasons.NO_CONSENT)
    assert bounds(site_share) is None
    assert bounds(site_share, None, p_site_lo_w=-2000, p_site_hi_w=0) == (-2000, 0, reasons.SITE_SHARE)


def test_low_voltage_line_of_the_lowest_phase():
    p = section("undervoltage")
    assert bounds(undervoltage, p, v_min_pu=0.94) is None
    for v_pu, p_lo_w in ((0.93, -4500), (0.92, -3000), (0.90, 0), (0.5, 0)):
        got = bounds(undervoltage, p, v_min_pu=v_pu)
        assert is_close(got[0], p_lo_w) and got[1:] == (None, reasons.UNDERVOLTAGE), (v_pu, got)


def test_low_voltage_limit_falls_at_once_and_rises_in_ten_seconds():
    p = section("undervoltage")
    _, memory = undervoltage(view(v_min_pu=0.90), None, p)
    for tick in range(1, 100):
        opinion, memory = undervoltage(view(v_min_pu=1.0), memory, p)
        assert opinion is not None and is_close(opinion[0], -60 * tick), (tick, opinion)
    for _ in range(2):      # the hundredth small step may miss 1 by rounding
        opinion, memory = undervoltage(view(v_min_pu=1.0), memory, p)
    assert opinion is None and memory is None
    _, memory = undervoltage(view(v_min_pu=0.93), None, p)
    opinion, _ = undervoltage(view(v_min_pu=0.91), memory, p)
    assert is_close(opinion[0], -1500)


def test_unknown_voltage_charges_only_what_is_safe_unseen():
    p = section("undervoltage")
    opinion, memory = undervoltage_unknown(view(v_min_pu=None, p_static_safe_w=1400), None, p)
    assert opinion == (-1400, None, None, None, reasons.VOLTAGE_UNKNOWN)
    opinion, _ = undervoltage(view(v_min_pu=1.0), memory, p)
    assert is_close(opinion[0], -60), "from there upwards"


def test_system_operator_limits_and_setpoint():
    assert bounds(system_limits) is None
    assert bounds(system_limits, None, lease_limits_sys=(4200, 0)) == (-4200, 0, reasons.SYSTEM_LIMIT)
    assert bounds(system_limits, None, lease_limits_sys=(4200, None)) == (-4200, None, reasons.SYSTEM_LIMIT)
    for priority, expected in ((0, (-3000, -3000, reasons.SYSTEM_SETPOINT)), (9, (-3000, -3000, reasons.SYSTEM_SETPOINT)),
                               (10, None)):
        assert bounds(system_limits, None, lease_setpoint=(-3000, "a", priority)) == expected, priority
    clipped = bounds(system_limits, None, lease_setpoint=(-6000, "a", 5), lease_limits_sys=(4200, 0))
    assert clipped == (-4200, -4200, reasons.SYSTEM_SETPOINT)


def test_vpp_limits_pause_with_the_household():
    limits = {"lease_limits_vpp": (4200, 1000)}
    assert bounds(vpp_limits) is None
    assert bounds(vpp_limits, None, **limits) == (-4200, 1000, reasons.VPP_LIMIT)
    assert bounds(vpp_limits, None, pause_vpp=True, **limits) is None
    assert bounds(vpp_limits, None, wish=("discharge_now", 1000), **limits) is None
    assert bounds(vpp_limits, None, wish=("idle", None), **limits) == (-4200, 1000, reasons.VPP_LIMIT)


def test_no_promise_no_opinion():
    assert mobility(view(), None, None) == (None, None)
    assert bounds(mobility, None, promise=Promised(None)) is None


def test_departure_is_an_upper_bound():
    for p_hi_w in (-6000, -3000, 0, 2500):
        assert bounds(mobility, None, promise=Promised(p_hi_w)) == (None, p_hi_w, reasons.DEPARTURE)


def test_reading_the_state_of_charge_asks_for_a_little_unless_more_is_needed_anyway():
    for p_hi_w in (None, 0, 2500, -300):
        assert bounds(mobility, None, promise=Promised(p_hi_w, 690)) == (None, -690, home_reasons.SOC_PROBE), p_hi_w
    assert bounds(mobility, None, promise=Promised(-3000, 690)) == (None, -3000, reasons.DEPARTURE)


def test_without_the_permission_to_serve_nothing_is_left_and_no_vars():
    opinion, _ = protection(view(permit_service=False), None, None)
    assert opinion[:4] == (0, 0, None, 0)
    lost = view(permit_service=False, failsafe_action=failsafe.STOP_DISCHARGING, failsafe_reason=reasons.EV_LOST)
    assert protection(lost, None, None)[0][:2] == (0, 0)
    assert protection(view(), None, None)[0] is None
