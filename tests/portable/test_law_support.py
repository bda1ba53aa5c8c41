"""V2G support: arming, the line, the random hold, the rest.

Not its job: which station gets the lease. Source: the paper's V2G case on 415 V.
"""

from edge import reasons
from edge.laws.v2g_support import ARMED, RESTING, UNARMED, v2g_support, v2g_support_without_voltage
from tests.portable.law_bench import is_close, seconds, section, view

V = 415
P = section("support", v_arm_low_pu=390 / V, v_arm_high_pu=400 / V, v_full_pu=402 / V, v_zero_pu=408 / V)


def leased(volts, **changes):
    """A view under a support lease."""
    return view(v_mean_pu=volts / V, support=True, **changes)


def armed(volts=396, **changes):
    """Memory of a station armed a second ago, its filter settled."""
    return seconds(v2g_support, 3, leased(volts, **changes), P)[1]


def test_arms_after_one_second_in_the_band_while_idle():
    for volts, expected in ((389.9, UNARMED), (390.1, ARMED), (396, ARMED), (399.9, ARMED), (400.1, UNARMED)):
        opinion, memory = seconds(v2g_support, 1.0, leased(volts), P)
        phase = memory[0] if memory else UNARMED
        assert phase == expected, (volts, memory)
    opinion, memory = seconds(v2g_support, 0.9, leased(396), P)
    assert opinion is None and memory[0] == UNARMED


def test_dip_of_its_own_charging_never_arms():
    opinion, memory = seconds(v2g_support, 60, leased(396, p_ac_w=-3000), P)
    assert opinion is None
    opinion, memory = seconds(v2g_support, 0.9, leased(396, p_ac_w=0), P, memory)
    assert opinion is None, "the second counts from when it stopped charging"
    assert seconds(v2g_support, 60, leased(396, p_ac_w=None), P)[0] is None


def test_counts_before_plug_in_and_arms_with_it():
    opinion, memory = seconds(v2g_support, 5, leased(396, plugged=False), P)
    assert opinion is None
    opinion, _ = v2g_support(leased(396), memory, P)
    assert opinion[:3] == (0, None, 6000)


def test_needs_lease_consent_energy_and_the_households_leave():
    for changes in ({"support": False}, {"v2g_consent": False}, {"soc_pct": 20}, {"soc_pct": None}, {"pause_vpp": True},
                    {"wish": ("charge_now", None)}):
        values = {"v_mean_pu": 396 / V, "support": True}
        values.update(changes)
        assert seconds(v2g_support, 5, view(**values), P)[0] is None, changes
    assert seconds(v2g_support, 5, leased(396, kind="bes", plugged=None, v2g_consent=False), P)[0] is not None


def test_line_from_full_to_zero_without_charging():
    for volts, p_w, reason in ((385, 6000, reasons.SUPPORT_DEEP), (402, 6000, reasons.SUPPORT), (405, 3000, reasons.SUPPORT),
                               (408, 0, reasons.SUPPORT), (412, 0, reasons.SUPPORT)):
        opinion, _ = seconds(v2g_support, 25, leased(volts), P, armed())
        assert opinion[0] == 0 and is_close(opinion[2], p_w, 2e-3) and opinion[4] == reason, (volts, opinion)
        assert opinion[3] is None, "vars belong to their owner"


def test_disarms_after_a_random_hold_at_zero_and_rests():
    for chance, hold_s in ((0.0, 30), (0.5, 60), (0.999, 89.9)):
        memory = armed(chance_s=chance)
        quiet = leased(420, chance_s=0.3)
        opinion, memory = seconds(v2g_support, hold_s - 0.5, quiet, P, memory)
        assert memory[0] == ARMED, (chance, memory)
        opinion, memory = seconds(v2g_support, 3, quiet, P, memory)
        assert memory[0] == RESTING and opinion == (0, None, None, None, reasons.SUPPORT_REST)


def test_support_again_restarts_the_hold():
    memory = armed()
    for _ in range(4):
        _, memory = seconds(v2g_support, 25, leased(412), P, memory)
        _, memory = seconds(v2g_support, 5, leased(396), P, memory)
    assert memory[0] == ARMED


def test_end_of_lease_rests_for_a_minute():
    memory = armed()
    ended = view(v_mean_pu=396 / V, support=False)
    opinion, memory = seconds(v2g_support, 59.9, ended, P, memory)
    assert opinion == (0, None, None, None, reasons.SUPPORT_REST)
    opinion, memory = seconds(v2g_support, 0.2, ended, P, memory)
    assert opinion is None and memory is None


def test_a_resting_station_does_not_stop_the_households_wish():
    _, memory = v2g_support(view(v_mean_pu=396 / V), armed(), P)
    opinion, memory = v2g_support(view(v_mean_pu=396 / V, wish=("charge_now", None)), memory, P)
    assert opinion is None and memory[0] == RESTING


def test_energy_or_vehicle_gone():
    opinion, memory = v2g_support(leased(396, soc_pct=20), armed(), P)
    assert opinion[2] == 0 and memory[0] == ARMED
    opinion, memory = v2g_support(leased(396, plugged=False), armed(), P)
    assert memory[0] == RESTING
    opinion, memory = v2g_support(leased(396, v2g_consent=False), armed(), P)
    assert memory[0] == RESTING


def test_lost_voltage_ends_it():
    blind = leased(396)
    blind.v_mean_pu = None
    opinion, memory = v2g_support_without_voltage(blind, armed(), P)
    assert opinion == (0, None, None, None, reasons.SUPPORT_REST) and memory[0] == RESTING
    opinion, memory = v2g_support_without_voltage(blind, None, P)
    assert (opinion, memory) == (None, None)
