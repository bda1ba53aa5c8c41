"""Commissioning, steps meter lost, reversion and limits: what has to protect fuse and house is seen at work.

Not its job: the protection itself (edge/failsafe.py, limiter, the device's own timer).
Source: ours. Two dead-man chains: without the meter charging falls to what is declared safe; without the gateway the charger
falls back by itself.
"""

from edge.drivers.profile_loader import load_profile
from edge.site import is_limited, is_metered
from tools.gateway.commission import pulses
from tools.gateway.commission.bench import CURRENTS
from tools.gateway.commission.results import FAIL, SKIPPED

MARGIN_S = 2
ABOVE_SAFE_W = 1000         # pulled at so much more than what is safe without a meter
TOLERANCE_W = 200
UNPLUG_PATIENCE_S = 180
RETURN_PATIENCE_S = 60
SHADOW_S = 8                # the limits are watched for so long
FUSE_SLACK = 1.05
MORE_THAN_ANY_W = 22000


def meter_lost(run):
    """Pulls the meter while a charger charges: its power has to fall to what is safe without."""
    bench, config = run.bench, run.bench.config
    meter, number = config.meter, _able(run)
    if meter is None or not is_limited(config.site):
        run.results.add("meter pulled", "site", SKIPPED, measured="no limit of this site depends on a meter")
        return
    if number is None:
        return
    device, safe_w = config.ders[number], config.failsafe.p_static_safe_w
    p_w = max(pulses.power_w(config, number, load_profile(device.profile)), safe_w + ABOVE_SAFE_W)
    if p_w > device.p_charge_max_w or safe_w >= p_w:
        run.results.add("meter pulled", device.name, SKIPPED,
                        measured="failsafe.p_static_safe_w = %g is as much as it may charge with" % safe_w)
        return
    if not _charging(run, number, p_w):
        run.results.add("meter pulled", device.name, FAIL, measured="it does not charge: " + bench.why(number),
                        change="see the step before")
        return
    lost_ms = _pull(run)
    if lost_ms is None:
        bench.charge(number, 0)
        run.results.add("meter pulled", device.name, FAIL, measured="the meter was not unplugged, or goes on answering",
                        change="unplug the meter's cable when asked, or run with --yes: reading it is then stopped instead")
        return
    allowed_s = _allowed_s(config, device, meter)
    fell = bench.wait_until(lambda: _is_below(bench, number, safe_w + TOLERANCE_W), allowed_s + 10)
    took_s = (bench.now_ms() - lost_ms) / 1000
    bench.charge(number, 0)
    run.results.check("meter pulled", device.name, fell and took_s <= allowed_s,
                      measured="from %.1f kW to %s after %.1f s" % (p_w / 1000, _watts(bench, number), took_s),
                      allowed="to %.0f W within %.1f s" % (safe_w, allowed_s),
                      change="failsafe.meter_lost_s = %g; is another controller charging here?" % config.failsafe.meter_lost_s)
    _plug_in(run)


def _pull(run):
    """Time of the meter's last value, ms, once it is out; None when it never was."""
    bench, reader = run.bench, run.bench.meter_reader()
    if run.people.is_asked("Unplug the meter's cable (bus %s) now; leave it out until you are told" % bench.config.meter.bus):
        if not bench.wait_until(lambda: _age_ms(bench, reader) > 1500, UNPLUG_PATIENCE_S):
            return None
    else:
        bench.mute_meter()
    return bench.now_ms() - _age_ms(bench, reader)


def _plug_in(run):
    bench = run.bench
    bench.unmute()
    reader = bench.meter_reader()
    run.people.tell("Plug the meter in again")
    bench.wait_until(lambda: _age_ms(bench, reader) < 1500, UNPLUG_PATIENCE_S)


def _age_ms(bench, reader):
    """Age of the oldest control value that is kept, ms."""
    taken_ms = [reader.taken_ms[number] for number, block in enumerate(reader.map.blocks) if block[4] == "control"]
    return bench.now_ms() - min(ms or 0 for ms in taken_ms)


def _allowed_s(config, device, meter):
    """Values age out, the failsafe waits, the charger follows and shows it."""
    points = load_profile(meter.profile)["points"]
    age_ms = max([row[7] for row in points if row[0] in ("p_a_w", "i_a_a", "p_pcc_w")], default=2000)
    dynamics = load_profile(device.profile)["dynamics"]
    follow_ms = dynamics["response_ms"] + 2 * dynamics["meter_window_ms"] + 2 * config.gateway.tick_ms
    return age_ms / 1000 + config.failsafe.meter_lost_s + follow_ms / 1000 + MARGIN_S


def reversion(run):
    """Stops writing to each charger while it charges: it has to fall back to zero by its own timer."""
    bench, config = run.bench, run.bench.config
    for number, device in enumerate(config.ders):
        profile = load_profile(device.profile)
        if profile["watchdog"] is None:
            run.results.add("own reversion", device.name, SKIPPED,
                            measured="the profile knows no timer; it never gets more than p_static_safe_w, %g W" % config.failsafe.p_static_safe_w)
            continue
        p_w = pulses.power_w(config, number, profile)
        if not _charging(run, number, p_w):
            run.results.add("own reversion", device.name, FAIL, measured="it does not charge: " + bench.why(number),
                            change="see the steps before")
            continue
        _reversion(run, number, profile, p_w)


def _reversion(run, number, profile, p_w):
    bench, device = run.bench, run.bench.config.ders[number]
    timer_s = min(bench.config.failsafe.device_reversion_s, profile["watchdog"]["max_s"])
    dynamics = profile["dynamics"]
    allowed_s = timer_s + (dynamics["response_ms"] + 2 * dynamics["meter_window_ms"]) / 1000 + MARGIN_S
    began_ms = bench.now_ms()
    bench.mute_setpoints(number)
    fell = bench.wait_until(lambda: _is_below(bench, number, TOLERANCE_W) or _is_over_fuse(bench), allowed_s + 5)
    took_s = (bench.now_ms() - began_ms) / 1000
    measured = "from %.1f kW to %s after %.1f s" % (p_w / 1000, _watts(bench, number), took_s)
    if _is_over_fuse(bench):
        bench.unmute()      # nobody else looks after the fuse meanwhile
        bench.charge(number, 0)
        run.results.add("own reversion", device.name, FAIL, measured=measured + "; broken off: more current than the main fuse carries",
                        change="switch loads off, and do it again")
        return
    words = "without any write"
    if not fell:
        # Some restart their timer at any request: a gateway that is gone asks nothing either.
        bench.unmute()
        words = "in silence; it goes on as long as it is read"
        fell, took_s = _charging(run, number, p_w) and _reverts_in_silence(bench, number, allowed_s), allowed_s
        measured += "; asked nothing for %.0f s: %s" % (allowed_s, _watts(bench, number))
    bench.charge(number, 0)
    bench.unmute()
    run.results.check("own reversion", device.name, fell and took_s <= allowed_s, measured=measured,
                      allowed="to 0 W within %.1f s %s" % (allowed_s, words),
                      change="its timer does not work as profile %s says: keep setpoints at failsafe.p_static_safe_w, tell us the firmware"
                      % device.profile)
    bench.wait_until(lambda: pulses.is_in_control(bench, number), RETURN_PATIENCE_S)


def _reverts_in_silence(bench, number, allowed_s):
    """Whether a charger rests after nothing was said to it for so long."""
    reader = bench.gateway.fleet.readers[number]
    bench.mute_setpoints(number)
    bench.mute_reads(reader)
    bench.wait_until(lambda: _is_over_fuse(bench), allowed_s)
    silent_ms = bench.now_ms()
    bench.unmute_reads(reader)
    # The first value counts: the timer may begin anew with it.
    bench.wait_until(lambda: _age_ms(bench, reader) < bench.now_ms() - silent_ms, MARGIN_S, 0.05)
    return _is_below(bench, number, TOLERANCE_W)


def limits(run):
    """Asks for more than nameplate and fuse allow, without any power flowing: what would be written stays inside."""
    bench, config = run.bench, run.bench.config
    bench.request({"observe": True})
    bench.wait(2)
    for number in range(len(config.ders)):
        bench.charge(number, -MORE_THAN_ANY_W)
    bench.wait(SHADOW_S)
    for number, device in enumerate(config.ders):
        asked_w = -bench.gateway.state.ders[number].p_set_w
        rating_w = device.p_charge_max_w
        run.results.check("nameplate", device.name, asked_w <= rating_w + 1, measured="would charge with %.0f W" % asked_w,
                          allowed="up to %.0f W" % rating_w, change="tell us: this must not happen")
    bench.rest()
    bench.request({"observe": False})
    _fuse(run)
    bench.wait(2)


def _fuse(run):
    """The current while pulses ran, and whether a limited site has a meter that says enough."""
    bench, site = run.bench, run.bench.config.site
    if not is_limited(site):
        run.results.add("fuse", "site", SKIPPED, measured="site.i_fuse_a is not set: nothing guards the main fuse")
        return
    run.results.check("limits are guarded", "site", is_metered(bench.gateway.state.site.meter, site), measured="meter read",
                      allowed="voltage, current and power of each phase", change="[meter] needs a profile with phase currents")
    if site.i_fuse_a is not None:
        run.results.check("fuse", "site", run.i_max_a <= site.i_fuse_a * FUSE_SLACK, measured="%.1f A at most" % run.i_max_a,
                          allowed="%g A a phase" % site.i_fuse_a, change="switch loads off; is site.i_fuse_a right?")


def _able(run):
    """The first charger that took its pulses well, None with a row when there is none."""
    for number, device in enumerate(run.bench.config.ders):
        rows = [row for row in run.results.rows if row["device"] == device.name and row["test"] == "sign and phase"]
        if rows and all(row["result"] == "pass" for row in rows):
            return number
    run.results.add("meter pulled", "site", FAIL, measured="no charger took its pulses", change="see step signs")
    return None


def _charging(run, number, p_w):
    bench = run.bench
    if not bench.wait_until(lambda: pulses.is_in_control(bench, number), RETURN_PATIENCE_S):
        return False
    bench.charge(number, -p_w)
    return bench.wait_until(lambda: (bench.charger(number, "p_ac_w")[0] or 0) <= -pulses.REACHED * p_w, pulses.START_PATIENCE_S)


def _is_below(bench, number, limit_w):
    p_w = bench.charger(number, "p_ac_w")[0]
    return p_w is not None and abs(p_w) <= limit_w


def _is_over_fuse(bench):
    """Whether the meter shows more than the main fuse carries: a charger that hears nothing can't give way."""
    i_fuse_a = bench.config.site.i_fuse_a
    return i_fuse_a is not None and max([abs(amps) for amps in bench.meter(*CURRENTS) if amps is not None], default=0) > i_fuse_a


def _watts(bench, number):
    p_w = bench.charger(number, "p_ac_w")[0]
    return "unknown" if p_w is None else "%.0f W" % abs(p_w)
