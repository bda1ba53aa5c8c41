"""`v2g status` tells people what every charger was asked for, what it does, and which commands hold.

Source: ours; the answer is one that edge/queries.py gives.
"""

from tools.gateway import status

ANSWER = {
    "gateway": "gw-1", "mode": "control", "up_ms": 63000, "ticks": 630, "stalls": 0,
    "buses": [{"link": "bus:lan", "up": True, "timeouts": 2}],
    "vpp": {"up": True, "supervisor_lost_ms": None, "accepted": 3, "refused": 1},
    "ders": [{
        "name": "evse1", "session": "controlling", "why": "charging 3.4 kW: WAPE (dispatch asked 6.0)",
        "p_set_w": -3400, "q_set_var": 6200, "p_ac_w": -3390, "q_ac_var": None, "v_mean_pu": 0.9753, "soc_pct": 50,
        "writes": 126, "in_device": ["trip", "volt_var"], "grid_mode": "enter_service_wait", "unavailable": [["droop", "f_hz unknown"]],
    }],
    "others": [
        {"name": "meter", "profile": "eastron-sdm630", "identity": "right", "age_ms": 180, "fault": None},
        {"name": "roof", "profile": "sim-pv", "identity": "unknown", "age_ms": None, "fault": "wrong profile?"},
        {"name": "shed", "profile": "sim-pv", "identity": "wrong", "age_ms": 20, "fault": None},
        {"name": "wall", "profile": "sim-pv", "identity": "unknown", "age_ms": None, "fault": None},
    ],
    "leases": [
        {"id": "c1", "kind": "setpoint", "der": 0, "priority": 20, "start_ms": 0, "end_ms": 93000, "values": [-3400, None]},
        {"id": "c2", "kind": "wape_lift", "der": -1, "priority": 30, "start_ms": 70000, "end_ms": 100000, "values": []},
    ],
    "household": {
        "energy": {"mode": "tariff", "import_per_kwh": 0.31, "export_per_kwh": 0.08, "vehicles": [
            {"name": "evse1", "words": "charging 02:00 to 05:00"}, {"name": "evse2", "words": ""}]},
        "pause": {"left_s": 7200, "at": "18:00"},
        "chargers": [{
            "wish": "charge_now", "wish_until": {"left_s": 89, "at": None}, "consent": {
                "on": True, "until": {"left_s": 20000, "at": "22:00"}, "soc_min_pct": 40, "e_left_wh": 3200},
            "promise": {"until": {"left_s": 55000, "at": "Tue 07:30"}, "soc_pct": 80, "e_missing_wh": 12000, "short_wh": 2300,
                        "start": {"left_s": 30000, "at": None}}, "e_charged_wh": 4200, "e_discharged_wh": 99,
        }],
        "backup": {"words": "supplied by the vehicle", "lockout": "", "problem": "", "waits_for": [], "autonomy_h": 5.2, "km": 38.4,
                   "circuits_off": ["sauna"]},
        "ahead": [{"start_s": 0, "start": "16:00", "end": "17:00", "text": "planned outage: works"},
                  {"start_s": 5400, "start": None, "end": None, "text": "departure, evse1"}],
        "refusal": {"age_s": 12, "reason": 24, "text": "wish = discharge_now: the state of charge is unknown; allowed: later"},
    },
}


class Arguments:
    """What the parser would hand over."""

    json = False


def test_what_people_read(monkeypatch, capsys):
    monkeypatch.setattr(status, "ask", lambda args, request: ANSWER)
    assert status.run(Arguments()) == 0
    assert capsys.readouterr().out.splitlines() == [
        "gw-1  control  up 63 s  630 ticks, 0 stalled",
        "  bus:lan          up    2 timeouts",
        "  vpp              up    3 commands accepted, 1 refused",
        "  evse1            controlling  charging 3.4 kW: WAPE (dispatch asked 6.0)",
        "                   asked charging 3.4 kW, injecting 6.2 kvar; measured charging 3.4 kW, vars unknown",
        "                   voltage 0.9753 pu, SoC 50.0 %, 126 writes",
        "                   grid code: enter service wait",
        "                   in the device, confirmed: trip, volt var",
        "                   unavailable: droop (f_hz unknown)",
        "                   wish: charge now for another 89 s",
        "                   departure: 80 % by Tue 07:30 (in 15 h 16 min), 12.0 kWh to go, charging at the latest in 8 h 20 min; "
        "2.3 kWh will be missing",
        "                   consent to discharging until 22:00 (in 5 h 33 min), not below 40 %, 3.2 kWh left",
        "                   this session: charged 4.2 kWh",
        "  meter            eastron-sdm630, read 0.2 s ago",
        "  roof             wrong profile?",
        "  shed             not the device that profile sim-pv describes",
        "  wall             no answer",
        "  lease c1         setpoint, charging 3.4 kW for evse1, priority 20, 30 s left",
        "  lease c2         wape lift for all, priority 30, begins in 7 s, 37 s left",
        "  energy           mode tariff, 0.31 per kWh drawn, 0.08 per kWh fed in",
        "  plan             evse1: charging 02:00 to 05:00",
        "  vpp              paused by the household until 18:00 (in 2 h)",
        "  backup           supplied by the vehicle, 5.2 h at this load, 38 km kept for driving, off: sauna",
        "  ahead            now–17:00: planned outage: works",
        "  ahead            in 1 h 30 min: departure, evse1",
        "  refused          12 s ago, no. 24: wish = discharge_now: the state of charge is unknown; allowed: later",
    ]


def test_no_gateway_there(monkeypatch):
    monkeypatch.setattr(status, "ask", lambda args, request: None)
    assert status.run(Arguments()) == 3
