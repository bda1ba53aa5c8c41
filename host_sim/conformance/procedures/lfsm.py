"""LFSM-O, LFSM-U: droop from a threshold (EN 50549-1, G99), or along a line to an end (AS/NZS 4777.2).

Not its job: the droop of IEEE 1547 (fw.py).
Source: EN 50549-1 4.6, G99 11.2: deltaP / P_ref = deltaf / (f_n s) from the threshold; AS/NZS 4777.2 4.5.3: linear to no
generation. Tolerances are those of IEEE 1547.1, tighter than EN 50549-10 asks for.
"""

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Skip, Step
from host_sim.conformance.procedures import lab

# test, section keys, sign of the frequency, powers
SIDES = (("LFSM-O", "of", 1, (1.0, 0.5, -0.3)), ("LFSM-U", "uf", -1, (0.3, -0.6)))
INITIAL_DELAY_S = 2.0
BEYOND_HZ = (0.2, 0.5, 1.0)
SETTLED_S, HOLD_S = 30, 40      # RfG: full activation within 30 s
ROCOF_HZ_S = 0.9                # below what loss-of-mains protection trips at
LINE_REASON = "SunSpec model 711 knows slopes; a line that ends at a frequency has no register in it"
STOP_REASON = "SunSpec model 711 has no register for a frequency at which storage stops charging"
KEYS = ("of_hz", "uf_hz", "k_of_pu", "k_uf_pu", "of_end_hz", "uf_end_hz", "of_return_hz", "uf_return_hz", "p_base", "delay_s",
        "stop_charge_hz", "olrt_s")


def cases(code, eut):
    """Cases of both tests on this grid code."""
    section = code.section("droop")
    settings = {key: section[key] for key in KEYS if section.get(key) is not None}
    for test, side, sign, powers_pu in SIDES:
        if not section.get(side + "_enabled"):
            continue
        if eut.target == "device" and settings.get(side + "_end_hz"):
            yield Skip(test, LINE_REASON)
            continue
        for p_pu in powers_pu[:1] if eut.quick else powers_pu:
            yield _case(code, eut, settings, p_pu, test=test, side=side, sign=sign)
    if settings.get("stop_charge_hz") and eut.target == "device":
        yield Skip("LFSM-U", STOP_REASON)
    elif settings.get("stop_charge_hz") and not eut.quick:
        yield _stops_charging(code, eut, settings)


def expected(code, settings, side, sign, p_pre_pu):
    """Function f -> P. p_pre_pu: power when the threshold was passed."""
    edge_hz = settings[side + "_hz"]

    def power_pu(f_hz):
        beyond_hz = sign * (f_hz - code.f_nom_hz) - edge_hz
        if beyond_hz <= 0:
            return p_pre_pu
        if settings.get(side + "_end_hz"):
            # A line to zero power: what is on the other side of zero already stays.
            share = 1 - min(1.0, beyond_hz / (settings[side + "_end_hz"] - edge_hz))
            return p_pre_pu * share if sign * p_pre_pu > 0 else p_pre_pu
        base_pu = abs(p_pre_pu) if settings.get("p_base") == "pre" else 1.0
        return min(max(p_pre_pu - sign * beyond_hz / (code.f_nom_hz * settings["k_%s_pu" % side]) * base_pu, -1.0), 1.0)
    return power_pu


def _case(code, eut, settings, p_pu, *, test, side, sign):
    mra = lab.mra(eut)
    edge_hz = code.f_nom_hz + sign * settings[side + "_hz"]
    function = expected(code, settings, side, sign, p_pu)
    steady = checks.on_curve("p_pu", function, x="f_hz", mra_x=mra.f_hz, mra_y=mra.p_pu, knots=(edge_hz,), from_s=SETTLED_S)
    beyond = [edge_hz + sign * step_hz for step_hz in BEYOND_HZ]
    frequencies = [edge_hz - sign * 0.02] + beyond + beyond[-2::-1] + [code.f_nom_hz]
    steps = []
    for number, f_hz in enumerate(frequencies):
        judge = steady
        if number == 1 and function(f_hz) != p_pu:
            judge += (checks.pure_delay("p_pu", INITIAL_DELAY_S),)
        steps.append(Step("%d %.3f Hz" % (number + 1, f_hz), HOLD_S, judge, f_hz=f_hz, rocof_hz_s=ROCOF_HZ_S))
    # The return of some codes is slow on purpose: the last step is not judged there.
    if code.value("droop.return_s", 0) or settings.get(side + "_return_hz"):
        steps[-1] = steps[-1]._replace(checks=())
    return Case(test, "P %g pu" % p_pu, _on(code, settings), tuple(steps), p_pu=p_pu)


def _stops_charging(code, eut, settings):
    """Storage that charges begins to stop within 2 s and has stopped when a droop would be settled."""
    width_pu = acceptance.SCALE * lab.mra(eut).p_pu
    f_hz = code.f_nom_hz - settings["stop_charge_hz"] - 0.1
    judge = (checks.pure_delay("p_pu", INITIAL_DELAY_S),
             checks.lowest("p_pu", "charging from %g s on, pu" % SETTLED_S, -width_pu, from_s=SETTLED_S))
    step = Step("%.2f Hz" % f_hz, HOLD_S, judge, f_hz=f_hz, rocof_hz_s=ROCOF_HZ_S)
    return Case("LFSM-U", "storage stops charging", _on(code, settings), (step,), p_pu=-0.6)


def _on(code, settings):
    sides = {"droop.%s_enabled" % side: bool(code.value("droop.%s_enabled" % side)) for _, side, _, _ in SIDES}
    return {**lab.lab(code), **sides, **lab.named("droop", settings)}
