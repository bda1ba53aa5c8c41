"""Commissioning, steps devices and values: who answers, is it who it should be, and can its values be true?

Not its job: signs and phases (signs.py), finding devices elsewhere than on the site's own buses (tools/gateway/detect.py).
Source: ours; voltage and frequency of a grid in service as EN 50160.
"""

from edge.drivers.bus import BACKGROUND
from edge.drivers.profile_loader import load_profile
from edge.drivers.reader import RIGHT_DEVICE, DeviceReader
from edge.drivers.register_map import RegisterMap
from tools.gateway.commission.bench import CURRENTS, POWERS, VOLTAGES
from tools.gateway.commission.verdicts import LETTERS

ANSWER_PATIENCE_S = 20
PROBED_UNITS = range(1, 11)
PROBE_PATIENCE_S = 5
CLOCK_FLOOR_MS = 1_767_225_600_000      # 1 January 2026: older than this firmware, so a clock before it was never set
V_LOW_PU, V_HIGH_PU = 0.85, 1.15
F_TOLERANCE_HZ = 1
VOLT_AMPERES_MIN = 150      # below, power factor and resolution say nothing
POWER_FACTOR_MAX = 1.15     # above, power and current don't fit each other
POWER_FACTOR_MIN = 0.02     # below, kilowatts are taken for watts
SUM_TOLERANCE_W, SUM_TOLERANCE_PU = 40, 0.05
IDLE_W = 200                # what a charger at rest may draw for itself


def devices(run):
    """Each device answers at its unit as its profile says; firmware and serial numbers are noted."""
    bench, results = run.bench, run.results
    config, fleet = bench.config, bench.gateway.fleet
    rows = config.ders + ([config.meter] if config.meter is not None else []) + config.pvs
    results.devices = []
    bench.wait_until(lambda: all(reader.identity for reader in fleet.readers), ANSWER_PATIENCE_S)
    for reader, row in zip(fleet.readers, rows):
        is_right = reader.identity == RIGHT_DEVICE
        measured, change = ("answers as its profile says", "") if is_right else _absence(run, reader, row)
        results.check("answers", row.name, is_right, measured=measured, allowed="profile " + row.profile, change=change)
        if is_right:
            results.devices.append({"name": row.name, "profile": row.profile, "bus": row.bus, "unit": row.unit,
                                    "values": _noted(bench, reader)})
    unix_ms = bench.unix_ms()
    results.check("clock", "gateway", unix_ms >= CLOCK_FLOOR_MS, measured="%d s since 1970" % (unix_ms // 1000),
                  allowed="after 1 January 2026", change="set the clock: timedatectl set-ntp true, then look at timedatectl")


def _absence(run, reader, row):
    """(what is seen, what to change) of a device that does not answer as it should."""
    path, bench = run.path_of(row), run.bench
    bus = bench.gateway.fleet.buses[[bus.name for bus in bench.config.buses].index(row.bus)]
    if not bus.is_up:
        host = "%s:%d" % bench.gateway.fleet.endpoint(bus)
        return "no connection to " + host, "check cable, address and port: bus %s is %s; v2g detect finds what is there" % (
            row.bus, host)
    units = _answering_units(bench, bus, row, reader)
    if units:
        return "nothing at unit %d" % row.unit, "%s.unit = %d: there %s answers" % (path, units[0], row.profile)
    if reader.identity or reader.fault:
        return "another device than profile %s describes" % row.profile, "%s.profile: v2g detect shows which it is" % path
    return "silent", "check unit, baud rate and wiring at the device: %s.unit = %d; v2g detect finds what is there" % (path, row.unit)


def _answering_units(bench, bus, row, reader):
    """Other units of the same bus that answer as this profile."""
    used = [other.unit for other in bus.readers]
    profile = load_profile(row.profile)
    if "sunspec" in profile:
        return []
    found = []
    for unit in PROBED_UNITS:
        # Five silent units and the bus is opened anew; what is queued on a closed one would wake the gateway for ever.
        if unit in used or not bench.wait_until(lambda: bus.is_up, PROBE_PATIENCE_S):
            continue
        probe = DeviceReader(row.name, RegisterMap(profile, getattr(row, "instance", 1)), unit)
        blocks = sorted({probe.map.points[point][1] for point, _, _ in probe.map.identify})
        for block in blocks:
            bus.client.submit(unit, probe.ask(bench.now_ms(), block), (probe, block, BACKGROUND))
        bench.wait_until(lambda asked=probe: not asked.is_waiting(), PROBE_PATIENCE_S, 0.05)
        if probe.identity == RIGHT_DEVICE:
            found.append(unit)
    return found


def _noted(bench, reader):
    """{point: value} of what is read once: ratings, versions, serial numbers."""
    blocks = [number for number, block in enumerate(reader.map.blocks) if block[4] == "once"]
    return {name: reader.values[index] for name, (index, block, _) in sorted(reader.map.points.items())
            if block in blocks and reader.values[index] is not None}


def values(run):
    """Voltage, frequency, power against current, sums, chargers at rest."""
    bench = run.bench
    bench.rest()
    if not bench.wait_until(lambda: all(_is_known(bench, number) for number in range(len(bench.config.ders))), ANSWER_PATIENCE_S):
        run.results.add("values", "chargers", "fail", measured="powers are unknown", change="see the step before")
        return
    bench.wait(3)
    for number, device in enumerate(bench.config.ders):
        _voltage(run, device, "%s's" % device.name, bench.charger(number, *VOLTAGES[:device.phases]))
        p_w = bench.charger(number, "p_ac_w")[0]
        run.results.check("rests", device.name, p_w is not None and abs(p_w) <= IDLE_W, measured=_watts(p_w),
                          allowed="up to %d W while told to rest" % IDLE_W,
                          change="another controller moves it: end schedules in the vendor's app")
    if bench.config.meter is not None:
        _meter(run)


def _is_known(bench, number):
    return bench.charger(number, "p_ac_w")[0] is not None


def _voltage(run, device, whose, volts):
    nominal_v = run.bench.config.grid.v_nom_ln_v
    known = [value for value in volts if value is not None]
    if not known:
        return
    is_right = all(V_LOW_PU * nominal_v <= value <= V_HIGH_PU * nominal_v for value in known)
    run.results.check("voltage", device.name, is_right, measured=", ".join("%.1f V" % value for value in known),
                      allowed="%.0f to %.0f V" % (V_LOW_PU * nominal_v, V_HIGH_PU * nominal_v),
                      change="check %s voltage terminals and grid.v_nom_ln_v = %g" % (whose, nominal_v))


def _meter(run):
    bench, meter = run.bench, run.bench.config.meter
    f_hz = bench.meter("f_hz")[0]
    if f_hz is not None:
        run.results.check("frequency", meter.name, abs(f_hz - bench.config.grid.f_nom_hz) <= F_TOLERANCE_HZ, measured="%.2f Hz" % f_hz,
                          allowed="%d ± %d Hz" % (bench.config.grid.f_nom_hz, F_TOLERANCE_HZ), change="check grid.f_nom_hz")
    volts, amps, watts = bench.meter(*VOLTAGES), bench.meter(*CURRENTS), bench.meter(*POWERS)
    _voltage(run, meter, "the meter's", volts)
    for k in range(3):
        if None not in (volts[k], amps[k], watts[k]):
            _phase(run, LETTERS[k], volts[k] * abs(amps[k]), watts[k])
    total_w = bench.meter("p_pcc_w")[0]
    if total_w is not None and None not in [watts[k] for k in bench.used_phases()]:
        sum_w = sum(watts[k] for k in bench.used_phases())
        is_right = abs(total_w - sum_w) <= SUM_TOLERANCE_W + SUM_TOLERANCE_PU * abs(sum_w)
        run.results.check("sum", meter.name, is_right, measured="total %.0f W, phases together %.0f W" % (total_w, sum_w),
                          allowed="equal within %d W" % SUM_TOLERANCE_W,
                          change="the meter's wiring mode does not fit: set it to three phases with neutral, or to one")


def _phase(run, letter, s_va, p_w):
    """Power of a phase fits to its voltage times its current."""
    if s_va < VOLT_AMPERES_MIN:
        return
    factor = abs(p_w) / s_va
    change = "the meter's unit or transformer ratio is wrong: the power is %s of volts times amperes" % (
        "a thousandth" if factor < POWER_FACTOR_MIN else "%.1f times that" % factor)
    run.results.check("power fits current", run.bench.config.meter.name + " phase " + letter,
                      POWER_FACTOR_MIN <= factor <= POWER_FACTOR_MAX, measured="%.0f W, %.0f VA" % (abs(p_w), s_va),
                      allowed="power factor %.2f to %.2f" % (POWER_FACTOR_MIN, POWER_FACTOR_MAX), change=change)


def _watts(p_w):
    return "unknown" if p_w is None else "%.0f W" % abs(p_w)
