"""ES: enter service, six cases of window, delay, ramp and random delay; permit service taken away.

Not its job: return after a trip (trip_voltage.py).
Source: IEEE 1547.1-2020 5.6, Table 11 (case 6 ends at 59.02 Hz); permit off: IEEE 1547 4.6.1, 2 s.
"""

from collections import namedtuple

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Skip, Step, Verdict
from host_sim.conformance.procedures import lab

TEST = "ES"
Row = namedtuple("Row", "name delay_s random_s ramp_s v_lo_pu v_hi_pu f_lo_hz f_hi_hz v_pu v_end_pu f_hz f_end_hz")
ROWS = (
    Row("1 default",         300, 0,    300,  0.917, 1.05, 59.5, 60.1, 0.897, 0.937, 60.0,  60.0),
    Row("2 random",          0,   300,  1,    0.917, 1.05, 59.5, 60.1, 1.0,   1.0,   59.48, 59.52),
    Row("3 longest",         600, 0,    1000, 0.95,  1.06, 59.9, 61.0, 1.08,  1.04,  60.0,  60.0),
    Row("4 random, longest", 0,   1000, 1,    0.95,  1.06, 59.9, 61.0, 1.0,   1.0,   61.02, 60.98),
    Row("5 shortest",        0,   0,    1,    0.88,  1.05, 59.0, 60.1, 0.86,  0.90,  60.0,  60.0),
    Row("6 random, 1 s",     0,   1,    1,    0.88,  1.05, 59.0, 60.1, 1.0,   1.0,   58.98, 59.02),
)
SHORT = Row("short form", 10, 0, 10, 0.88, 1.05, 59.0, 60.1, 0.86, 0.90, 60.0, 60.0)
NOT_BEFORE = 0.985
PERMIT_OFF_S = 2.0
EXCURSION_S = {"device": 0.1, "gateway": 0.5}
EXCURSION_REASON = ("an excursion of 0.05 to 0.1 s can fall between two samples of the gateway, which decides ten times a "
                    "second; it is tested with 0.5 s")
CEASE_REASON = ("permit-off as cease-to-energize is the device's own switching; tested is that 0 W is commanded and "
                "reached within 2 s")
REACHED_PU = 0.995


def cases(code, eut):
    """Cases of the test on this grid code."""
    if eut.target == "gateway":
        yield Skip(TEST, EXCURSION_REASON)
        yield Skip(TEST, CEASE_REASON)
    for row in (SHORT,) if eut.quick else ROWS:
        yield _case(code, eut, row)


def _case(code, eut, row):
    wait_s = 5 if eut.quick else max(60, 2 * row.delay_s + row.random_s)
    none = (checks.no_export(),)
    bad = {"v_pu": row.v_pu, "f_hz": row.f_hz}
    good = {"v_pu": row.v_end_pu, "f_hz": row.f_end_hz}
    steps = [
        Step("e permit off, grid good", wait_s, none),
        Step("f grid outside", 1, none, **bad),
        Step("h permit on", wait_s, none, settings={"enter_service.enabled": True}),
    ]
    if row.delay_s:
        steps += [
            Step("i grid good for a quarter of the delay", row.delay_s / 4, none, **good),
            Step("i grid outside for %g s" % EXCURSION_S[eut.target], EXCURSION_S[eut.target], none, **bad),
        ]
    steps += [
        Step("j grid good", row.delay_s + max(row.ramp_s, row.random_s) * 1.015 + 10, _entering(row, lab.mra(eut)), **good),
        Step("k permit off", 8, (checks.ceases("0 W after, s", None, PERMIT_OFF_S),),
             settings={"enter_service.enabled": False}),
    ]
    if row.delay_s:
        steps.append(Step("l permit on again", 5, none, settings={"enter_service.enabled": True}))
    settings = lab.lab(code, enter_service__enabled=False, enter_service__delay_s=row.delay_s,
                       enter_service__random_s=row.random_s, enter_service__ramp_s=row.ramp_s,
                       enter_service__v_lo_pu=row.v_lo_pu, enter_service__v_hi_pu=row.v_hi_pu,
                       enter_service__f_lo_hz=row.f_lo_hz, enter_service__f_hi_hz=row.f_hi_hz)
    return Case(TEST, "case " + row.name, settings, tuple(steps), p_pu=1.0)


def _entering(row, mra):
    """Not before the delay, not faster than the ramp, at rated power in the end."""
    width_pu = acceptance.SCALE * mra.p_pu
    begins = checks.reaches("p_pu", "export begins after, s", checks.CEASED_P_PU, NOT_BEFORE * row.delay_s,
                            (row.delay_s + row.random_s) * 1.015 + row.ramp_s * 0.02 + 2)
    arrived = (
        checks.highest("p_pu", "P in the end, pu", 1 + width_pu, from_s=row.delay_s + max(row.ramp_s, row.random_s) + 5),
        checks.lowest("p_pu", "P in the end, pu", 1 - width_pu, from_s=row.delay_s + max(row.ramp_s, row.random_s) + 8),
    )
    if row.random_s:
        return (begins,) + arrived
    rated = checks.reaches("p_pu", "rated power after, s", REACHED_PU, NOT_BEFORE * (row.delay_s + row.ramp_s), None)
    return (begins, rated, _below_ramp(row, width_pu)) + arrived


def _below_ramp(row, width_pu):
    """P is nowhere above the ramp (IEEE 1547 4.10.3 c)."""
    def check(record):
        ramp_pu = (record.t_s - NOT_BEFORE * row.delay_s) / (NOT_BEFORE * row.ramp_s)
        over_pu = record["p_pu"] - ramp_pu.clip(0, 1)
        return Verdict("P above the ramp, pu", None, width_pu, float(over_pu.max()))
    return check
