"""FRT: low- and high-frequency ride-through, reached and left at the rate of change the category demands.

Not its job: frequency trips (trip_frequency.py), droop itself (fw.py).
Source: IEEE 1547.1-2020 5.5.3, 5.5.4, 5.5.5: 57.0 and 61.8 Hz for 299 s, three times.
"""

from host_sim.conformance import checks
from host_sim.conformance.model import Case, Step
from host_sim.conformance.procedures import fw

TESTS = (("LFRT", 57.0), ("HFRT", 61.8))
HOLD_S, PAUSE_S, REPEATS = 299, 20, 3


def cases(code, eut):
    """Cases of both tests on this grid code."""
    rocof_hz_s = fw.ROCOF_HZ_S[code.ride_through]
    for test, f_hz in TESTS:
        steps = []
        for number in range(1 if eut.quick else REPEATS):
            hold_s = 5 if eut.quick else HOLD_S
            steps += [
                Step("%d %g Hz" % (number + 1, f_hz), hold_s, (checks.stays_on(),), f_hz=f_hz, rocof_hz_s=rocof_hz_s),
                Step("%d nominal" % (number + 1), PAUSE_S, (checks.stays_on(),), f_hz=code.f_nom_hz, rocof_hz_s=rocof_hz_s),
            ]
        settings = {**fw.on(code, fw.settings_of(code)), "enter_service.delay_s": 60}
        yield Case(test, "%g Hz at %g Hz/s" % (f_hz, rocof_hz_s), settings, tuple(steps))
