"""What all procedures share: settings that keep other functions out of the way, and points beside a curve's corners.

Not its job: acceptance (acceptance.py).
Source: IEEE 1547.1-2020 5.14: "all other functions off, trips at their widest"; enter service is as quick as the code allows.
"""

from host_sim.conformance import acceptance

ALL_OFF = {
    "grid.q_mode": "unity", "volt_watt.enabled": False, "volt_watt.charge_enabled": False, "p_limit.enabled": False,
    "droop.of_enabled": False, "droop.uf_enabled": False, "volt_var.vref_auto_enabled": False,
}
BESIDE_V_PU = acceptance.SCALE * acceptance.MRA_V_PU      # a_v: so far from a corner, pu
BESIDE_F_HZ = acceptance.SCALE * acceptance.MRA_F_HZ      # a_f
CONTINUOUS_V_PU = (0.88, 1.10)                            # V_L, V_H of continuous operation
POWERS_PU = (1.0, 0.66, 0.2)
REACTIVE_CAPABILITY_PU = {"a": (0.44, 0.25), "b": (0.44, 0.44)}   # injected, absorbed; IEEE 1547 Table 7


def lab(code, **more):
    """Settings of a test: everything off and wide, then `more` (section__key=value)."""
    settings = {**ALL_OFF, "enter_service.delay_s": shortest_s(code, "delay_s"), "enter_service.random_s": 0,
                "enter_service.ramp_s": shortest_s(code, "ramp_s", 1), **code.wide_trips()}
    if "dso.enabled" in code.values:
        settings["dso.enabled"] = False      # a national duty with a contact of its own, which hangs on no bench
    settings.update({name.replace("__", ".", 1): value for name, value in more.items()})
    return settings


def shortest_s(code, key, least_s=0):
    """The shortest time of entering service that the code allows, not below least_s."""
    figure = code.figures.get("enter_service." + key)
    return max(least_s, 0 if figure is None or figure.low is None else figure.low)


def named(section, values):
    """{"section.key": value} of {key: value}."""
    return {f"{section}.{key}": value for key, value in values.items()}


def mra(eut):
    """Measurement accuracy of the device under test, pu of its bases."""
    return acceptance.accuracy(eut.p_rated_w, eut.s_max_va)


def too_quick(eut, tr_s):
    """Whether a response time is shorter than this target is asked for."""
    return tr_s < eut.tr_min_s


QUICK_REASON = ("response time %g s: below %g s the function has to run in the device; between gateway and terminals lie "
                "a bus, a meter window and a tick")
