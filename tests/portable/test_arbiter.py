"""The arbiter: rank order, empty intersections, the wish, the owner of Q, the kVA circle, and the sentence.

Not its job: the laws. Source: the rules in edge/arbiter.py.
"""

from edge import grid_reasons, limiter, reasons
from edge.arbiter import clip_beside, combine
from edge.explain import explain, power_text
from edge.law_pass import LawPass
from edge.reason_texts import REASON_TEXTS
from edge.ramp import held_by, ramp_power, ramp_reactive, slew
from tests.portable.law_bench import Promised, config, is_close, section, view


def decide(*opinions, **options):
    """Decision over opinions in rank order, none of them safety unless said."""
    return combine(list(opinions) + [None], options.get("safety_count", 0), options.get("s_max_va", 7360),
                   options.get("q_priority", False))


def test_intersection_and_what_bound_it():
    d = decide((-6000, 6000, None, None, 1), (-3400, None, None, None, 2), (None, None, -6000, None, 3))
    assert (d.p_w, d.bound_reason, d.asked_w, d.asked_reason) == (-3400, 2, -6000, 3)
    d = decide((-6000, 6000, None, None, 1), (-3400, None, None, None, 2), (None, None, -2000, None, 3))
    assert (d.p_w, d.bound_reason, d.asked_w, d.asked_reason) == (-2000, 0, -2000, 3)
    d = decide((-6000, 2000, None, None, 1), (None, None, 5000, None, 3))
    assert (d.p_w, d.bound_reason) == (2000, 1)


def test_empty_intersection_ends_nearest_to_the_lower_rank():
    for higher, lower, p_w in (((-6000, -3000), (0, None), -3000), ((0, 6000), (None, -2000), 0),
                               ((-6000, -3000), (1000, 2000), -3000), ((2000, 3000), (-500, 500), 2000)):
        d = decide(higher + (None, None, 1), lower + (None, None, 2), (None, None, 0, None, 3))
        assert d.p_w == p_w and d.bound_reason == (1 if p_w else 0), (higher, lower, d.p_w, d.bound_reason)


def test_highest_wish_counts_and_nobody_asking_is_zero():
    d = decide((None, None, -1000, None, 1), (None, None, -5000, None, 2))
    assert (d.p_w, d.asked_reason) == (-1000, 1)
    d = decide((None, None, 0, None, 1), (None, None, -5000, None, 2))
    assert (d.p_w, d.asked_reason) == (0, 1), "asking for zero is asking"
    d = decide((-6000, 6000, None, None, 1))
    assert (d.p_w, d.asked_w, d.asked_reason) == (0, None, 0)


def test_vars_fill_the_circle_beside_the_watts():
    d = decide((-3000, None, None, 6720, 7), (None, None, -6000, None, 8))
    assert (d.p_w, d.q_reason) == (-3000, 7) and is_close(d.q_var, 6720)
    d = decide((-6000, None, None, -7000, 7), (None, None, -6000, None, 8))
    assert d.p_w == -6000 and is_close(d.q_var, -4262)
    d = decide((None, None, -6000, 7000, 7), s_max_va=None)
    assert (d.p_w, d.q_var) == (-6000, 0)
    assert clip_beside(500, 7360, 7360) == 0 and clip_beside(-500, 9000, 7360) == 0 and clip_beside(500, 0, None) == 0


def test_q_priority_takes_watts_instead():
    d = decide((None, None, -6000, 7000, 7), q_priority=True)
    assert d.q_var == 7000 and is_close(d.p_w, -2274) and d.bound_reason == reasons.CONVERTER_LIMIT
    d = decide((None, None, -6000, 9000, 7), q_priority=True)
    assert is_close(d.q_var, 7360) and -20 < d.p_w < 0


def test_what_was_promised_stands_above_the_vars_of_wape_but_not_above_those_of_a_grid_code():
    promised, asked = (None, -5000, None, None, reasons.DEPARTURE), (None, None, -6000, None, reasons.DEFAULT_CHARGE)
    for owner, p_w, q_var in ((reasons.WAPE, -6000, 4262), (grid_reasons.VOLT_VAR, -2274, 7000)):
        d = decide(promised, (None, None, None, 7000, owner), asked, q_priority=True)
        assert is_close(d.p_w, p_w) and is_close(d.q_var, q_var), (owner, d.p_w, d.q_var)
    d = decide((None, 5000, None, None, reasons.DEPARTURE), (None, None, None, 7000, reasons.WAPE), asked, q_priority=True)
    assert is_close(d.p_w, -2274), "nothing is forced yet"


def test_the_highest_owner_of_q_is_the_only_one():
    d = decide((None, None, None, 100, 1), (None, None, None, 500, 2))
    assert (d.q_var, d.q_reason) == (100, 1)


def test_safety_interval_is_what_the_first_rows_leave():
    d = decide((-6000, 0, None, None, 1), (-3000, None, None, None, 2), (None, None, -6000, None, 3), safety_count=1)
    assert (d.safe_lo_w, d.safe_hi_w) == (-6000, 0)


def test_ramp_is_a_line_that_safety_does_not_wait_for():
    assert slew(0, -6000, 1000, 100) == -100 and slew(0, 50, 1000, 100) == 50 and slew(0, 6000, 500, 2000) == 1000
    d = decide((-6000, 6000, None, None, 1), (None, None, -6000, None, 3), safety_count=1)
    assert ramp_power(0, d, 1000, 100) == -100
    d = decide((0, 0, None, None, 1), (None, None, -6000, None, 3), safety_count=1)
    assert ramp_power(-6000, d, 1000, 100) == 0
    d = decide((-6000, 6000, None, None, 1), (-1000, None, None, None, 2), (None, None, -6000, None, 3), safety_count=1)
    assert ramp_power(-6000, d, 1000, 100) == -5900, "comfort below rank 3 ramps"


def test_a_bound_that_moves_at_its_own_pace_is_followed_without_the_ramp():
    droop, volt_watt = grid_reasons.DROOP, grid_reasons.VOLT_WATT
    d = decide((None, 2000, None, None, droop), (None, None, 6000, None, 3), safety_count=1)
    assert held_by(d) == droop and ramp_power(1500, d, 1000, 100, True) == 2000, "it rises, and so does what sits on it"
    assert ramp_power(1500, d, 1000, 100) == 1600, "what comes from elsewhere takes the ramp"
    assert ramp_power(2500, d, 1000, 100) == 2000, "and nothing stays outside"
    d = decide((2000, None, None, None, volt_watt), (None, None, -6000, None, 3), safety_count=1)
    assert held_by(d) == -volt_watt, "a lower bound is another"
    d = decide((None, 2000, None, None, droop), (None, None, 1000, None, 3), safety_count=1)
    assert held_by(d) == 0, "granted"
    d = decide((None, 2000, None, None, reasons.UNDERVOLTAGE), (None, None, 6000, None, 3), safety_count=1)
    assert held_by(d) == 0
    for owner, after_var in ((grid_reasons.VOLT_VAR, 1000), (reasons.WAPE, 200)):
        d = decide((None, None, None, 1000, owner))
        assert ramp_reactive(0, d, 2000, 100) == after_var, owner


def test_sentences():
    for args, text in (
        ((-3400, reasons.WAPE, -6000, reasons.DISPATCH), "charging 3.4 kW: WAPE (dispatch asked 6.0)"),
        ((-6000, 0, -6000, reasons.DISPATCH), "charging 6.0 kW: dispatch"),
        ((0, reasons.EV_FULL, -7400, reasons.CHARGE_NOW), "idle: EV full (charge now asked charging 7.4 kW)"),
        ((-3000, reasons.DEPARTURE, 6000, reasons.DISPATCH),
         "charging 3.0 kW: needed by departure (dispatch asked discharging 6.0 kW)"),
        ((-3000, reasons.DEPARTURE, 0, reasons.IDLE_WISH), "charging 3.0 kW: needed by departure (idle wish asked idle)"),
        ((0, 0, None, 0), "idle"),
    ):
        assert explain(*args) == text, (text, explain(*args))
    assert power_text(None) == "power unknown" and power_text(6000) == "discharging 6.0 kW"


def test_every_reason_can_be_said():
    names, codes = set(), set()
    for code, severity, name, text in reasons.rows():
        assert 100 <= code < 500 or code == 0, "below 100 are refusals of messages"
        assert reasons.name_of(code) == name and reasons.text_of(code) == text
        assert reasons.severity_of(code) == severity and 0 <= severity <= reasons.ALARM
        assert 0 < len(text) <= 40
        names.add(name)
        codes.add(code)
    assert len(names) == len(codes) == len(reasons.rows())
    assert reasons.name_of(999) == "unknown" and reasons.text_of(999) == "reason 999"


def test_every_number_of_a_reason_is_in_the_table():
    not_reasons = ("INFO", "NOTICE", "WARNING", "ALARM", "LEASE_FIRST", "LEASE_LAST")
    for module in (reasons, limiter):
        for name in dir(module):
            if name.isupper() and name[0] != "_" and name not in not_reasons and isinstance(getattr(module, name), int):
                assert reasons.name_of(getattr(module, name)) != "unknown", name
    for name in ("CHARGER_LOST", "WAPE_LIFT_SUSPENDED", "DISPATCH", "LEASE_NO_CONSENT"):
        assert reasons.name_of(getattr(reasons, name)) == name.lower()


def test_what_happened_is_written_for_every_reason():
    assert [name for name, _ in REASON_TEXTS] == [name for _, _, name, _ in reasons.rows()]
    for _, text in REASON_TEXTS:
        assert text.endswith(".")


def decide_for(seen, **sections):
    """The whole chain for one DER on its first tick."""
    laws = LawPass(seen.kind, config(**sections))
    opinions, _ = laws.run(seen, None)
    return combine(opinions, laws.safety_count, seen.s_max_va)


def test_ranks_against_each_other():
    for changes, p_w, bound, who in (
        ({}, -6000, 0, reasons.DEFAULT_CHARGE),
        ({"v_mean_pu": 404 / 415}, -3000, reasons.WAPE, reasons.DEFAULT_CHARGE),
        ({"v_mean_pu": 404 / 415, "lift": True}, -6000, 0, reasons.DEFAULT_CHARGE),
        ({"lease_setpoint": (6000, "a", 20)}, 6000, 0, reasons.DISPATCH),
        ({"lease_setpoint": (6000, "a", 20), "v2g_consent": False}, 0, reasons.NO_CONSENT, reasons.DISPATCH),
        ({"lease_setpoint": (6000, "a", 20), "soc_pct": 20}, 0, reasons.SOC_FLOOR, reasons.DISPATCH),
        ({"lease_setpoint": (-5000, "a", 3), "v_mean_pu": 0.95}, -5000, 0, reasons.SYSTEM_SETPOINT),
        ({"lease_setpoint": (6000, "a", 20), "promise": Promised(-6000)}, -6000, reasons.DEPARTURE,
         reasons.DISPATCH),
        ({"wish": ("charge_now", None), "lease_limits_sys": (4200, 0)}, -4200, reasons.SYSTEM_LIMIT, reasons.CHARGE_NOW),
        ({"wish": ("charge_now", None), "v_min_pu": 0.92}, -3000, reasons.UNDERVOLTAGE, reasons.CHARGE_NOW),
        ({"p_site_lo_w": -1500, "p_site_hi_w": 6000}, -1500, reasons.SITE_SHARE, reasons.DEFAULT_CHARGE),
        ({"failsafe_action": 4, "failsafe_reason": reasons.CHARGER_LOST}, 0, reasons.CHARGER_LOST, reasons.DEFAULT_CHARGE),
    ):
        d = decide_for(view(**changes))
        assert is_close(d.p_w, p_w, 2e-3) and (d.bound_reason, d.asked_reason) == (bound, who), (changes, d.p_w, d.bound_reason)


def test_departure_beats_wape_and_support():
    pressing = {"promise": Promised(-6000), "v_mean_pu": 396 / 415, "support": True}
    seen = view(**pressing)
    laws = LawPass("evse", config(support=section("support", v_arm_low_pu=0.9)))
    memories = None
    for _ in range(30):
        opinions, memories = laws.run(seen, memories)
    d = combine(opinions, laws.safety_count, seen.s_max_va)
    assert (d.p_w, d.bound_reason, d.asked_reason) == (-6000, reasons.DEPARTURE, reasons.SUPPORT)


def test_unavailable_laws_say_what_is_missing():
    seen = view(v_mean_pu=None, v_min_pu=None)
    laws = LawPass("evse", config())
    assert laws.unavailable(seen) == [("undervoltage", "v_min_pu"), ("wape", "v_mean_pu"), ("v2g_support", "v_mean_pu")]
    assert laws.unavailable(view()) == []
    d = decide_for(seen)
    assert (d.p_w, d.q_var, d.bound_reason) == (0, 0, reasons.VOLTAGE_UNKNOWN)
