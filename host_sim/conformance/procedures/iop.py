"""IOP: the device's interface tells its nameplate, takes settings, and reports what the terminals do.

Not its job: registers (the bench's client).
Source: IEEE 1547.1-2020 6: nameplate (6.4), configuration to 80 % and back (6.5), monitoring at two power levels, with
vars, at low and high voltage and frequency (6.6).
"""

from host_sim.conformance import acceptance
from host_sim.conformance.model import Case, Step, Verdict
from host_sim.conformance.procedures import lab

TEST = "IOP"
SETTLED_S = 15
# name, P, Q, V, offset from nominal Hz
POINTS = (
    ("25 % power", 0.25, 0.0, 1.0, 0.0), ("full power", 0.95, 0.0, 1.0, 0.0), ("vars injected", 0.5, 0.44, 1.0, 0.0),
    ("vars absorbed", 0.5, -0.44, 1.0, 0.0), ("charging", -0.5, 0.0, 1.0, 0.0), ("low voltage", 0.5, 0.0, 0.89, 0.0),
    ("high voltage", 0.5, 0.0, 1.09, 0.0), ("low frequency", 0.5, 0.0, 1.0, -2.8), ("high frequency", 0.5, 0.0, 1.0, 1.7),
)
# what is set to 80 % and back
SETTINGS = ("p_rated_w", "s_max_va")


def cases(code, eut):
    """Cases of the test on this grid code."""
    plate = {"p_rated_w": eut.p_rated_w, "s_max_va": eut.s_max_va, "v_nom_ln_v": code.v_nom_ln_v}
    steps = [Step("nameplate", 1, probes=tuple(_told("nameplate", name, value) for name, value in plate.items()))]
    for name in SETTINGS:
        for share in (0.8, 1.0):
            steps.append(Step("%s at %g %%" % (name, 100 * share), 2, probes=(_set(name, share * plate[name]),)))
    yield Case(TEST, "nameplate and configuration", lab.lab(code), tuple(steps), p_pu=0.5)
    yield Case(TEST, "monitoring", lab.lab(code, grid__q_mode="crp", crp__q_pu=0.0), tuple(_monitoring(code, eut)), p_pu=0.5)


def _told(table, name, value):
    """The interface says this value, to 0.5 %."""
    def probe(bench, record):
        return Verdict("told %s" % name, 0.995 * value, 1.005 * value, getattr(bench, table)()[name])
    return probe


def _set(name, value):
    """Written, read back."""
    def probe(bench, record):
        return Verdict("%s read back" % name, 0.995 * value, 1.005 * value, bench.rate(name, value))
    return probe


def _monitoring(code, eut):
    mra = lab.mra(eut)
    # quantity, accuracy, unit: IEEE 1547 Table 29 asks for the steady-state accuracy of Table 3
    rows = (("p_pu", mra.p_pu), ("q_pu", mra.q_pu), ("v_pu", acceptance.MRA_V_PU), ("f_hz", acceptance.MRA_F_HZ))
    for name, p_pu, q_pu, v_pu, offset_hz in POINTS:
        yield Step(name, SETTLED_S, (), v_pu=v_pu, f_hz=code.f_nom_hz + offset_hz, p_pu=p_pu, settings={"crp.q_pu": q_pu},
                   probes=tuple(_reported(quantity, width) for quantity, width in rows))


def _reported(quantity, width):
    """What the interface reports is what the terminals do."""
    def probe(bench, record):
        true = record.mean(quantity, SETTLED_S - 1)
        return Verdict("reported %s" % quantity, true - width, true + width, bench.monitor()[quantity])
    return probe
