"""TRIP-OV, TRIP-UV: over- and under-voltage trips at the corners of their magnitude and time ranges.

Not its job: what is ridden through (vrt.py). Frequency trips (trip_frequency.py) use `corner`.
Source: IEEE 1547.1-2020 5.4.2, 5.4.3 and A.3: held beside the setting for the trip time and more, then stepped over it.
That a trip does not come early, either, is ours. A repetition begins at another moment of the device's cycle.
"""

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Step, Verdict
from host_sim.conformance.procedures import lab
from host_sim.conformance.procedures.regions import WAIT_S, energized

TESTS = {"TRIP-OV": (("ov1", 1), ("ov2", 1)), "TRIP-UV": (("uv1", -1), ("uv2", -1))}
REPEATS, LONG_S = 5, 60       # from so many seconds on, a trip is tested once
BESIDE_PU = 2 * acceptance.MRA_V_PU
LEAST_PU = 3 * BESIDE_PU      # lowest setting that a voltage can be stepped below
EARLY_S = 0.16                # detection and opening may take this off the time setting
P_PU = 1.0
SLACK_S = 0.02                # a sample or two


def cases(code, eut):
    """Cases of both tests on this grid code."""
    for test, regions in TESTS.items():
        for region, sign in regions:
            if f"trip.{region}_pu" in code.figures:
                yield from _corners(code, eut, test, region, sign)


def _corners(code, eut, test, region, sign):
    wait_s = lab.shortest_s(code, "delay_s", WAIT_S)
    for v_pu in sorted(set(code.span(f"trip.{region}_pu"))):
        v_pu = max(v_pu, 1 + BESIDE_PU) if sign > 0 else min(max(v_pu, LEAST_PU), 1 - BESIDE_PU)
        for t_s in sorted(set(code.span(f"trip.{region}_s"))):
            near, over = v_pu - sign * BESIDE_PU, v_pu + sign * BESIDE_PU
            category = code.ride_through
            settings = {**lab.lab(code, enter_service__delay_s=wait_s), f"trip.{region}_pu": v_pu, f"trip.{region}_s": t_s}
            steps = corner(
                eut, t_s, wait_s, near={"v_pu": near}, over={"v_pu": over}, nominal={"v_pu": 1.0},
                is_on_near=energized(category, near), is_on_over=energized(category, over), is_alone=is_alone(settings, region, sign, over, "pu"))
            yield Case(test, "%s %.3f pu %g s" % (region.upper(), v_pu, t_s), settings, tuple(steps), p_pu=P_PU)


def is_alone(settings, region, sign, over, unit):
    """Whether no quicker trip of the same side acts at `over`, too: then the time is that of this region."""
    other = region[:2] + ("2" if region[2] == "1" else "1")
    limit, t_s = settings.get(f"trip.{other}_{unit}"), settings.get(f"trip.{other}_s")
    return limit is None or sign * (over - limit) < 0 or t_s >= settings[f"trip.{region}_s"]


def corner(eut, t_s, wait_s, *, near, over, nominal, is_on_near, is_on_over, is_alone, ramp_s=0.0):
    """Steps at one corner. wait_s: enter-service delay. near, over, nominal: what the source is set to, keywords of
    Step. is_on_…: whether the device has to inject there until it trips; if not, only its return tells a trip from a
    momentary cessation. is_alone: no quicker trip acts there, too. ramp_s: to `near`."""
    hold_s = t_s * (1 + 2 * acceptance.MRA_T_SHARE)
    early_s = max(0.0, t_s * (1 - 2 * acceptance.MRA_T_SHARE) - EARLY_S)
    steps = []
    for number in range(REPEATS if t_s < LONG_S and not eut.quick else 1):
        name = "%d " % (number + 1)
        steps.append(Step(name + "beside the setting", ramp_s + hold_s + 0.007 * number,
                          (checks.stays_on(),) if is_on_near else (), **near))
        if is_alone and not is_on_over:
            steps += [
                Step(name + "nominal", 2, (_is_back(),), **nominal),
                Step(name + "over the setting, 90 % of the time", 0.9 * t_s, (), **over),
                Step(name + "nominal: no trip yet", 2, (_is_back(),), **nominal),
            ]
        window = (early_s if is_alone and is_on_over else None, hold_s + SLACK_S)
        # Where it has ceased before, only what it does afterwards shows that it had tripped in time.
        over_s = hold_s + (0.3 if is_on_over else SLACK_S)
        steps += [
            Step(name + "over the setting", over_s, (checks.ceases("ceases after, s", *window),), **over),
            Step(name + "nominal: tripped", wait_s - 0.5, (checks.stays_off(),), **nominal),
            Step(name + "back in service", 5, (_is_back(),)),
        ]
    return steps


def _is_back():
    def check(record):
        return Verdict("P in the end, pu", 0.8 * P_PU, None, float(record["p_pu"][-1]))
    return check
