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
        {"id": "c1", "kind": "setpoint", "der": 0, "priority": 20, "start_ms": 0, "end_ms": 93000},
        {"id": "c2", "kind": "wape_lift", "der": -1, "priority": 30, "start_ms": 70000, "end_ms": 100000},
    ],
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
        "  meter            eastron-sdm630, read 0.2 s ago",
        "  roof             wrong profile?",
        "  shed             not the device that profile sim-pv describes",
        "  wall             no answer",
        "  lease c1         setpoint for evse1, priority 20, 30 s left",
        "  lease c2         wape lift for all, priority 30, begins in 7 s, 37 s left",
    ]


def test_no_gateway_there(monkeypatch):
    monkeypatch.setattr(status, "ask", lambda args, request: None)
    assert status.run(Arguments()) == 3
