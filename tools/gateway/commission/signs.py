"""Commissioning, step signs: small pulses tell sign, phase and scale of every charger and of the meter.

Not its job: making a pulse (pulses.py), its edges (edges.py), what they mean (verdicts.py).
Source: ours. Sign errors are the field's commonest fault.
"""

from edge.drivers.profile_loader import load_profile
from tools.gateway.commission import edges, pulses, verdicts
from tools.gateway.commission.bench import POWERS
from tools.gateway.commission.results import FAIL, SKIPPED

PULSES_MIN, PULSES_MAX = 3, 12
PULSES_ACCUSE = 5           # before something is called wrong
CUTS_MAX = 3
REST_WATCH_S = 5
REST_TURNED_W = 50          # export on every phase, with nothing that could: the meter is turned
CONTROL_PATIENCE_S = 30
IN_SERVICE = (None, "continuous")
SERVICE_PATIENCE_S = 420    # IEEE 1547: 300 s of delay, and a grid that has to be good first
OVER_FUSE = 1.3             # of its rating: no fuse carries that while somebody commissions


def signs(run):
    """Pulses of every charger, one after the other; discharging ones where it is agreed to."""
    is_rest_turned = _is_rest_turned(run)
    for number, device in enumerate(run.bench.config.ders):
        profile = load_profile(device.profile)
        p_w = pulses.power_w(run.bench.config, number, profile)
        if p_w < edges.E_MIN_W:
            run.results.add("sign and phase", device.name, SKIPPED, measured="may not charge: p_charge_max_w = %g" % device.p_charge_max_w)
            continue
        if not run.bench.wait_until(lambda at=number: pulses.is_in_control(run.bench, at), CONTROL_PATIENCE_S):
            run.results.add("sign and phase", device.name, FAIL, measured="it can't be controlled: " + run.bench.why(number),
                            change="see the first step; end schedules in the vendor's app, and other controllers")
            continue
        if not _is_in_service(run, number):
            run.results.add("sign and phase", device.name, FAIL, measured="out of service: " + run.bench.why(number),
                            change="the grid is outside what grid.code allows: check grid.code, grid.f_nom_hz and the voltage")
            continue
        _one(run, number, -p_w, is_rest_turned)
        if run.may_discharge and not run.results.failed():
            _discharge(run, number, profile, p_w)


def _is_in_service(run, number):
    """Whether the grid code lets it work; entering service takes minutes."""
    der = run.bench.gateway.state.ders[number]
    if der.grid_mode() not in IN_SERVICE:
        run.say("  %s: %s; waiting for it to enter service" % (run.bench.config.ders[number].name, der.grid_mode().replace("_", " ")))
    return run.bench.wait_until(lambda: der.grid_mode() in IN_SERVICE, SERVICE_PATIENCE_S, 1)


def _is_rest_turned(run):
    """Whether the meter shows export on every phase though nothing here can produce: turned as a whole, no doubt."""
    bench, samples = run.bench, []
    if bench.config.meter is None or bench.config.pvs or bench.config.battery is not None:
        return False
    end_ms = bench.now_ms() + REST_WATCH_S * 1000
    while bench.now_ms() < end_ms:
        bench.wait(0.5)
        powers_w = bench.meter(*POWERS)
        samples.append([powers_w[k] for k in bench.used_phases() if powers_w[k] is not None])
    samples = [row for row in samples if row]
    return bool(samples) and all(
        edges.median([row[k] for row in samples if len(row) > k]) > REST_TURNED_W for k in range(len(samples[0])))


def _one(run, number, p_w, is_rest_turned):
    device, bench = run.bench.config.ders[number], run.bench
    made, found = _measured(run, number, p_w)
    seen_w = edges.median([pulse.seen_w for pulse in made if pulse.cut is None]) or max([pulse.seen_w for pulse in made], default=0)
    facts = {"name": device.name, "path": run.path_of(device), "profile": device.profile, "told_w": abs(p_w), "seen_w": seen_w,
             "is_rest_turned": is_rest_turned}
    findings = _findings(bench, number, made, found, facts)
    measured = "took %.0f W of %.0f W asked for" % (seen_w, abs(p_w))
    if found:
        measured += "; phases a, b, c of the meter moved by %s of that (± %.2f)" % (
            ", ".join("%.2f" % ratio for ratio, _ in found), max(error for _, error in found))
    allowed = "all of it on phase " + device.phase if device.phases == 1 else "a third on each phase"
    run.watched(number, made)
    if bench.config.meter is None and not findings:
        run.results.add("sign and phase", device.name, SKIPPED, measured=measured + "; no meter to compare with", allowed=allowed)
    elif not findings:
        run.results.check("sign and phase", device.name, True, measured=measured, allowed=allowed)
    for row in findings:
        run.results.add("sign and phase", device.name, FAIL, measured="%s: %s" % (row["what"], measured), allowed=allowed,
                        change=row["change"])
        run.findings.append((device.name, row["code"]))


def _measured(run, number, p_w):
    """(pulses, ratios): as many as it takes to be sure."""
    maker = pulses.PulseMaker(run.bench, number, p_w, run.chance)
    device, made, found = run.bench.config.ders[number], [], []
    while len(made) < PULSES_MAX:
        run.say("  %s: pulse %d, %.1f kW" % (device.name, len(made) + 1, abs(p_w) / 1000))
        pulse = maker.make(len(made) >= PULSES_MIN)
        made.append(pulse)
        cuts = [pulse.cut for pulse in made if pulse.cut is not None]
        if "wrong_way" in cuts or len(cuts) >= CUTS_MAX:
            break
        found = edges.ratios([each for pulse in made for each in pulse.edges])
        if len(made) - len(cuts) >= _enough(run.bench, device, found):
            break
    return made, found


def _enough(bench, device, found):
    """How many pulses are enough with what they found."""
    if bench.config.meter is None or verdicts.is_right(device, found) or verdicts.is_still(device, found):
        return PULSES_MIN
    return PULSES_ACCUSE if verdicts.is_clear(device, found) else PULSES_MAX


def _findings(bench, number, made, found, facts):
    cuts = [pulse.cut for pulse in made if pulse.cut is not None]
    if "wrong_way" in cuts:
        states = [state for pulse in made for state in pulse.states]
        seen = "it says that it discharges" if "discharging" in states else "its measured power says discharging"
        return [verdicts.finding("charger_sign", seen=seen, **facts)]
    device = bench.config.ders[number]
    if len(cuts) >= CUTS_MAX:
        if len(cuts) < len(made) and verdicts.is_still(device, found):
            # A meter whose values stand still is soon called silent, and pulses end early: those before tell.
            return verdicts.judge(device, found, facts)
        rough = [pulse.amplitude for pulse in made if pulse.amplitude is not None]
        return verdicts.judge_cut(rough, "too_much" in cuts, facts) or _powerless(bench, made, found, facts)
    if bench.config.meter is None:
        return []
    if not found:
        return _powerless(bench, made, found, facts)
    return verdicts.judge(device, found, facts)


def _powerless(bench, made, found, facts):
    """It did not do what it was told, and what the meter saw does not say why."""
    scale = verdicts.scale_of(facts["seen_w"] / facts["told_w"]) if facts["seen_w"] else 1
    if scale < 1 and any(abs(ratio) > 0.5 / scale for ratio, _ in found):
        return [verdicts.finding("charger_scale", factor="%g" % scale, **facts)]
    i_max_a, i_fuse_a = max(pulse.i_max_a for pulse in made), bench.config.site.i_fuse_a
    if i_fuse_a is not None and i_max_a > OVER_FUSE * i_fuse_a:
        return [verdicts.finding("over_fuse", amps=i_max_a, fuse=i_fuse_a, **facts)]
    why = [pulse.why for pulse in made if pulse.why] or ["it was not there in time"]
    return [verdicts.finding("no_power", seen="%.0f W of %.0f W; the gateway says: %s" % (
        facts["seen_w"], facts["told_w"], why[-1]), **facts)]


def _discharge(run, number, profile, p_w):
    """One pulse the other way, where site file and installer agree to it."""
    device = run.bench.config.ders[number]
    if device.p_discharge_max_w < edges.E_MIN_W or device.kind == "evse" and not device.v2g_consent:
        run.results.add("sign of discharging", device.name, SKIPPED, measured="not permitted by the site file")
        return
    maker = pulses.PulseMaker(run.bench, number, min(p_w, device.p_discharge_max_w), run.chance)
    made = [maker.make(), maker.make()]
    run.watched(number, made)
    found = edges.ratios([each for pulse in made for each in pulse.edges])
    wrong = [pulse.cut for pulse in made if pulse.cut]
    total = sum(ratio for ratio, _ in found) if found else 0
    run.results.check("sign of discharging", device.name, not wrong and abs(total - 1) <= 0.35,
                      measured="the meter moved by %.2f of the charger's power%s" % (total, ", " + wrong[0] if wrong else ""),
                      allowed="all of it, towards export", change="the profile's sign of discharging does not fit: do not discharge")
