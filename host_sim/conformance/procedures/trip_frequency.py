"""TRIP-OF, TRIP-UF: over- and under-frequency trips at the corners of their magnitude and time ranges.

Not its job: voltage trips and the steps at a corner (trip_voltage.py).
Source: IEEE 1547.1-2020 5.5.1, 5.5.2.
"""

from host_sim.conformance import acceptance
from host_sim.conformance.model import Case
from host_sim.conformance.procedures import lab
from host_sim.conformance.procedures.regions import WAIT_S
from host_sim.conformance.procedures.trip_voltage import P_PU, corner, is_alone

TESTS = {"TRIP-OF": (("of1", 1), ("of2", 1)), "TRIP-UF": (("uf1", -1), ("uf2", -1))}
BESIDE_HZ = 2 * acceptance.MRA_F_HZ
ROCOF_HZ_S = 0.5
EVERY_S = 100     # in the short form only corners below


def cases(code, eut):
    """Cases of both tests on this grid code."""
    for test, regions in TESTS.items():
        for region, sign in regions:
            if f"trip.{region}_hz" in code.figures:
                yield from _corners(code, eut, test, region, sign)


def _corners(code, eut, test, region, sign):
    wait_s = lab.shortest_s(code, "delay_s", WAIT_S)
    for f_hz in sorted(set(code.span(f"trip.{region}_hz"))):
        for t_s in sorted(set(code.span(f"trip.{region}_s"))):
            if eut.quick and t_s > EVERY_S:
                continue
            near, over = f_hz - sign * BESIDE_HZ, f_hz + sign * BESIDE_HZ
            settings = {**lab.lab(code, enter_service__delay_s=wait_s), f"trip.{region}_hz": f_hz, f"trip.{region}_s": t_s}
            # Slow enough for any limit of its rate of change.
            steps = corner(
                eut, t_s, wait_s, near={"f_hz": near, "rocof_hz_s": ROCOF_HZ_S}, over={"f_hz": over},
                nominal={"f_hz": code.f_nom_hz}, is_on_near=True, is_on_over=True,
                is_alone=is_alone(settings, region, sign, over, "hz"), ramp_s=abs(near - code.f_nom_hz) / ROCOF_HZ_S)
            yield Case(test, "%s %.2f Hz %g s" % (region.upper(), f_hz, t_s), settings, tuple(steps), p_pu=P_PU)
