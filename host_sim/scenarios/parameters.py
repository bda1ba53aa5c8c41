"""The one parameter set of the study: six stations, their gateways' configuration, the supervisor's plan.

Not its job: what happens in a case (paper_cases.py). No row has parameters of its own.
Source: the WAPE study where it gives figures (415 V, 6 kW, 0.57 kvar/V, 7.36 kVA, 390-408 V, 20 kWh); the buses that
it names are 634, 646 and 611, the other three follow from its margin of 0.34; filter, ramp, telemetry, leases ours.
"""

import binascii

from host_sim.feeder.ieee13_415 import bus_totals
from host_sim.supervisor.plan import OFF_PEAK, SOLAR, Plan, Station
from protocols import key_tree

V_NOM_LL_V = 415.0
V_NOM_LN_V = 239.6        # 415 V / sqrt 3, as a site file would say it
P_CHARGE_W = 6000
S_MAX_VA = 7360
EVENING_LEVEL = 0.0142    # load level of the load profile's evening peak: "off-peak" is measured against it
PV_RATED_W = 5000
FLEET_KEY = b"simulated fleet, no secret"

# bus, contracts of a lift, owner agrees to discharging
STATIONS = (
    ("634", (), True),
    ("646", (SOLAR,), False),
    ("675", (), False),
    ("680", (), False),
    ("611", (OFF_PEAK,), False),
    ("652", (), False),
)
BUSES = tuple(bus for bus, _, _ in STATIONS)

TICK_MS = 100
PLANT_STEP_MS = 20
TIME_BASE = {
    "tick_ms": TICK_MS, "read_deadline_ms": 40, "telemetry_s": 1, "telemetry_service_s": 0.5,
    "wape_tau_s": 4, "ramp_w_s": 50000, "ramp_var_s": 50000,
}
WAPE = {
    "v0_pu": 0.9639, "v1_pu": 0.9831, "v_ref_pu": 1.0, "kq_var_per_v": 570, "guard_low_pu": 0.9614,
    "guard_high_pu": 0.975, "k_urgency": 0, "k_surplus": 0,
}
# Where each device answers: bus of the gateway, unit.
CHARGER_AT, PV_AT, BES_AT, METER_AT = ("cabinet", 1), ("cabinet", 2), ("cabinet", 3), ("meter", 1)
LINKS = ("cabinet", "meter")


def gateway_id(bus):
    """Name of the gateway at a bus."""
    return "gw-" + bus


def device_key(bus):
    """Key that the gateway at a bus shares with the supervisor."""
    return key_tree.device_key(FLEET_KEY, gateway_id(bus), "k1")


def load_totals_w():
    """{bus: W of the published load}, summed over models and phases."""
    totals = {}
    for bus, _, p_w, _ in bus_totals():
        totals[bus] = totals.get(bus, 0) + p_w
    return totals


def site_document(bus, scenario, *, ports, broker, host="127.0.0.1", query_port=0):
    """The site configuration of one gateway, as a site file would hold it.

    ports: {link: TCP port}. broker: (host, port).
    """
    consent = dict((row[0], row[2]) for row in STATIONS)[bus]
    nameplate = {"p_charge_max_w": P_CHARGE_W, "p_discharge_max_w": P_CHARGE_W, "s_max_va": S_MAX_VA}
    document = {
        "gateway": {"id": gateway_id(bus), "mode": "control", "tick_ms": TICK_MS,
                    "read_deadline_ms": TIME_BASE["read_deadline_ms"]},
        "vpp": {"enabled": True, "host": broker[0], "port": broker[1], "tls": False,
                "key": binascii.hexlify(device_key(bus)).decode(), "telemetry_s": TIME_BASE["telemetry_s"],
                "telemetry_service_s": TIME_BASE["telemetry_service_s"]},
        "grid": {"v_nom_ln_v": V_NOM_LN_V, "q_mode": "wape"},
        "control": {"ramp_w_s": TIME_BASE["ramp_w_s"], "ramp_var_s": TIME_BASE["ramp_var_s"]},
        "wape": {"enabled": True, "tau_s": TIME_BASE["wape_tau_s"], **WAPE},
        "support": {"p_w": P_CHARGE_W},
        "local": {"query_port": query_port},
        "bus": [{"name": link, "host": host, "port": ports[link]} for link in LINKS],
        "evse": [{"name": "ev", "profile": "sim-four-quadrant", "bus": CHARGER_AT[0], "unit": CHARGER_AT[1],
                  "v2g_consent": consent, **nameplate}],
        "meter": {"profile": "eastron-sdm630", "bus": METER_AT[0], "unit": METER_AT[1]},
    }
    if bus in scenario.bes:
        document["bes"] = [{"name": "bes", "profile": "sim-bes", "bus": BES_AT[0], "unit": BES_AT[1],
                            "v2g_consent": True, **nameplate}]
    if bus in scenario.pv_w:
        document["pv"] = [{"name": "roof", "profile": "sim-pv", "bus": PV_AT[0], "unit": PV_AT[1]}]
    return document


def supervisor_plan(scenario, start_unix_ms):
    """The supervisor's plan; start_unix_ms: wall time of t = 0. Its PV forecast is the scenario's PV, foreseen."""
    totals_w = load_totals_w()
    stations = tuple(
        Station(gateway=gateway_id(bus), bus=bus, key=device_key(bus), bes="bes" if bus in scenario.bes else None,
                lift_by=contracts, p_load_peak_w=totals_w[bus] * EVENING_LEVEL if bus in totals_w else None)
        for bus, contracts, _ in STATIONS
    )
    forecast = {
        gateway_id(bus): tuple((start_unix_ms + round(t_s * 1000), p_w) for t_s, p_w in points)
        for bus, points in scenario.pv_w.items()
    }
    return Plan(stations=stations, pv_forecast=forecast)


def as_report():
    """The parameter set as it stands in paper.json: flat names with units."""
    plan = Plan(stations=())
    parameters = {
        "feeder": "ieee13-415", "stations": list(BUSES), "v_nom_ll_v": V_NOM_LL_V, "p_charge_w": P_CHARGE_W,
        "s_max_va": S_MAX_VA, "pv_rated_w": PV_RATED_W, "plant_step_ms": PLANT_STEP_MS, "evening_load_level": EVENING_LEVEL,
        **TIME_BASE,
        **{"wape_" + name: value for name, value in WAPE.items()},
    }
    for part in ("lift", "bes", "support"):
        for name, value in getattr(plan, part)._asdict().items():
            parameters[part + "_" + name] = value
    return parameters
