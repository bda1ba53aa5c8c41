"""VRT: low- and high-voltage ride-through with consecutive disturbances, at high and at low power.

Not its job: trips (trip_voltage.py), frequency (frt.py).
Source: IEEE 1547.1-2020 5.4.4, 5.4.7: tables of category II and III as implemented openly; category I is built from
IEEE 1547-2018 Table 14 in the same manner. Condition D' of category II is left out: the openly published time of it
does not fit T = 3 s + 8.7 s/pu (V - 0.65).
"""

from host_sim.conformance import checks
from host_sim.conformance.model import Case, Step
from host_sim.conformance.procedures import fw, lab, vv
from host_sim.conformance.procedures.regions import CEASE_S, KEPT_SHARE, RESTORE_S

CONTINUOUS, MANDATORY, CESSATION, ANY = "continuous", "mandatory", "cessation", "any"
# condition: V pu, s, what the device does. ANY: it may cease or go on, but must not trip.
CONDITIONS = {
    ("iii", "LVRT"): {
        "A": (0.89, 5, CONTINUOUS), "B": (0.03, 1, CESSATION), "C": (0.48, 9, ANY), "C'": (0.53, 9, MANDATORY),
        "D": (0.53, 10, MANDATORY), "E": (0.89, 120, CONTINUOUS),
    },
    ("iii", "HVRT"): {
        "A": (1.09, 5, CONTINUOUS), "B": (1.19, 12, CESSATION), "B'": (1.12, 12, CESSATION), "C": (1.09, 120, CONTINUOUS),
    },
    ("ii", "LVRT"): {
        "A": (0.89, 10, CONTINUOUS), "B": (0.28, 0.16, ANY), "C": (0.43, 0.16, ANY), "D": (0.66, 2.68, MANDATORY),
        "E": (0.87, 2.0, MANDATORY), "F": (0.89, 120, CONTINUOUS),
    },
    ("ii", "HVRT"): {
        "A": (1.09, 10, CONTINUOUS), "B": (1.19, 0.2, ANY), "C": (1.165, 0.3, ANY), "D": (1.14, 0.5, ANY),
        "E": (1.09, 120, CONTINUOUS),
    },
    ("i", "LVRT"): {
        "A": (0.89, 20, CONTINUOUS), "B": (0.55, 0.16, ANY), "C": (0.72, 0.54, MANDATORY), "D": (0.87, 0.65, MANDATORY),
        "E": (0.89, 120, CONTINUOUS),
    },
    ("i", "HVRT"): {
        "A": (1.09, 20, CONTINUOUS), "B": (1.19, 0.2, ANY), "C": (1.165, 0.3, ANY), "D": (1.14, 0.5, ANY),
        "E": (1.09, 120, CONTINUOUS),
    },
}
ORDER = {
    ("iii", "LVRT"): ("A B C D", "A B C D", "A B C D E", "A B C' D E"),
    ("iii", "HVRT"): ("A B", "A B", "A B C", "A B' C"),
    ("ii", "LVRT"): ("A B C D E", "A B C D E F"), ("ii", "HVRT"): ("A B C D", "A B C D E"),
    ("i", "LVRT"): ("A B C D", "A B C D E"), ("i", "HVRT"): ("A B C D", "A B C D E"),
}
POWERS_PU = (1.0, 0.4)
SETTLE_S = 0.05      # two to three cycles in which a current may overshoot or dip


def cases(code, eut):
    """Cases of both tests on this grid code."""
    for (category, test), conditions in CONDITIONS.items():
        if category == code.ride_through:
            for p_pu in POWERS_PU[:1] if eut.quick else POWERS_PU:
                yield _case(code, eut, test, conditions, p_pu)


def _case(code, eut, test, conditions, p_pu):
    order = ORDER[code.ride_through, test]
    names = " ".join(order[-1:] if eut.quick else order).split()
    steps, before = [], CONTINUOUS
    for number, name in enumerate(names):
        v_pu, t_s, what = conditions[name]
        t_s = min(t_s, 10) if eut.quick else t_s
        steps.append(Step("%d %s: %g pu" % (number + 1, name, v_pu), t_s, _judge(what, before, p_pu), v_pu=v_pu))
        before = what
    steps.append(Step("%d nominal" % (len(names) + 1), 3, _judge(CONTINUOUS, before, p_pu), v_pu=1.0))
    settings = {**fw.on(code, fw.settings_of(code)), **lab.named("volt_var", vv.settings_of(code)),
                "grid.q_mode": "volt_var", "enter_service.delay_s": 300}
    return Case(test, "P %g pu" % p_pu, settings, tuple(steps), p_pu=p_pu)


def _judge(what, before, p_pu):
    if what == ANY:
        return ()
    if what == CESSATION:
        return (checks.ceases("ceases after, s", None, CEASE_S),)
    from_s = SETTLE_S if before in (CONTINUOUS, MANDATORY) else RESTORE_S
    return (checks.current_above("lowest current, share of before", KEPT_SHARE, p_pu, from_s=from_s),)
