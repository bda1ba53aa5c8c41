"""SRV: response curves and delivery times of frequency services, contracted on top of a baseline.

Not its job: scores over hours, records, refusal of a meter that is not good enough.
Source: GB Dynamic Containment, Moderation, Regulation: service terms as published, deadbands and knee of DM and DR
unverified; Nordic FCR-N and FCR-D: Fingrid's terms, times unverified. 95 % counts as all: ours.
"""

from collections import namedtuple

from host_sim.conformance import acceptance, checks
from host_sim.conformance.model import Case, Skip, Step
from host_sim.conformance.procedures import lab

TEST = "SRV"
# points: (deviation Hz, share of the contract). begins_s: until it moves. done: (share, within s). settled_s: then steady.
Service = namedtuple("Service", "name points begins_s done settled_s")
SERVICES = {
    "g99": (
        Service("gb-dc", ((0.015, 0), (0.2, 0.05), (0.5, 1)), 0.5, ((0.95, 1.0),), 2),
        Service("gb-dm", ((0.015, 0), (0.1, 0.05), (0.2, 1)), 0.5, ((0.95, 1.0),), 2),
        Service("gb-dr", ((0.015, 0), (0.2, 1)), 2.0, ((0.95, 10.0),), 12),
    ),
    "en50549": (
        Service("fcr-n", ((0.0, 0), (0.1, 1)), 60.0, ((0.63, 60.0), (0.95, 180.0)), 200),
        Service("fcr-d", ((0.1, 0), (0.5, 1)), 7.5, ((0.86, 7.5),), 30),
    ),
}
CONTRACT_PU, BASE_PU = 0.5, -0.1
BEYOND = 1.2
DEVICE_REASON = "reserve services run in the gateway: a lease, a baseline and records belong to them"
SIDES = ((-1, "low"), (1, "high"))


def cases(code, eut):
    """Cases of the test on this grid code."""
    if eut.target == "device":
        yield Skip(TEST, DEVICE_REASON)
        return
    for service in SERVICES[code.family][-1:] if eut.quick else SERVICES[code.family]:
        yield _case(code, eut, service)


def expected(code, service):
    """Function f -> P."""
    line = acceptance.line(service.points)

    def power_pu(f_hz):
        share = line(abs(f_hz - code.f_nom_hz))
        return BASE_PU + (CONTRACT_PU if f_hz < code.f_nom_hz else -CONTRACT_PU) * share
    return power_pu


def _case(code, eut, service):
    mra, f_nom, function = lab.mra(eut), code.f_nom_hz, expected(code, service)
    knots = tuple(f_nom + sign * at_hz for sign, _ in SIDES for at_hz, _ in service.points)
    steady = checks.on_curve("p_pu", function, x="f_hz", mra_x=mra.f_hz, mra_y=mra.p_pu, knots=knots, from_s=service.settled_s)
    full = (checks.pure_delay("p_pu", service.begins_s),) + tuple(
        checks.arrives("p_pu", within_s, service.settled_s, share) for share, within_s in service.done)
    end_hz = service.points[-1][0]
    # Beyond the end nothing more is asked; where storage has to stop charging there, that is not looked at.
    stop_hz = code.value("droop.stop_charge_hz")
    beyond = [BEYOND * end_hz] if stop_hz is None or BEYOND * end_hz < stop_hz else []
    hold_s = 1.5 * service.settled_s
    steps = []
    for sign, side in SIDES:
        middles = [(before[0] + after[0]) / 2 for before, after in zip(service.points, service.points[1:])]
        corners = [at_hz for at_hz, _ in service.points]
        for at_hz in sorted(set([corners[0] / 2] + corners + middles + beyond)):
            steps.append(Step("%s %.4f Hz" % (side, f_nom + sign * at_hz), hold_s, steady, f_hz=f_nom + sign * at_hz))
        steps += [
            Step("%s nominal" % side, hold_s, steady, f_hz=f_nom),
            Step("%s, whole step to %.2f Hz" % (side, f_nom + sign * end_hz), hold_s + 0.02, steady + full,
                 f_hz=f_nom + sign * end_hz),
            Step("%s, back" % side, hold_s + 0.04, steady + full, f_hz=f_nom),
        ]
    contract = {"reserve.service": service.name, "reserve.up_pu": CONTRACT_PU, "reserve.down_pu": CONTRACT_PU,
                "reserve.base_pu": BASE_PU, "service.enabled": True}
    return Case(TEST, service.name, {**lab.lab(code), **contract}, tuple(steps), p_pu=0.0, warm_s=20)
