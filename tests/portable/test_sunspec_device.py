"""A gateway finds, controls and configures a tiny SunSpec inverter; it also runs on a board's interpreter.

Not its job: other functions than volt-var (tests/sim), timing.
Source: SunSpec models 704 and 705; registers typed by hand in fake_sunspec.py.
"""

from edge.drivers import native_config, native_settings, sunspec_map
from edge.drivers.profile_loader import load_profile
from edge.drivers.sunspec_search import SunSpecSearch
from protocols.modbus import pdu
from tests.portable import fake_site
from tests.portable.fake_sunspec import CURVE_1, Inverter


def site(inverter, grid=None, mode="control", **sections):
    """A FakeSite with this inverter."""
    row = {"name": "evse1", "profile": "sunspec-der", "bus": "lan", "p_charge_max_w": 6000, "p_discharge_max_w": 6000,
           "s_max_va": 10000, "v2g_consent": True}
    network = {"v_nom_ln_v": 240, "f_nom_hz": 60}
    network.update(grid or {})
    document = fake_site.document(mode, evse=[row], grid=network, **sections)
    return fake_site.FakeSite(document, {"bus:lan": {1: inverter}})


def volt_var_site(inverter, mode="control", **settings):
    section = {"q1_pu": 0.3}
    section.update(settings)
    return site(inverter, {"q_mode": "volt_var"}, mode, volt_var=section)


def session(there):
    return there.gateway.fleet.actuators[0].session.state


def unavailable(there):
    return there.gateway.state.ders[0].unavailable()


def test_it_is_found_scaled_and_controlled():
    for base in (40000, 0, 50000):
        inverter = Inverter(base=base)
        there = site(inverter, control={"p_default_w": -2500, "ramp_w_s": 50000})
        there.run(8000)
        assert session(there) == "controlling", base
        assert inverter.get(704, 22, 4) == [1, 1, 0xFFFF, -2500 & 0xFFFF]
        assert inverter.get(704, 30, 3) == [1, 0, 5], "reversion is armed: enabled at 0 W after 5 s"
        assert inverter.get(704, 35) == [0], "nobody here owns vars"
        view = there.gateway.state.ders[0].view
        assert abs(view.v_mean_pu - 1) < 1e-6 and abs(view.f_hz - 60) < 1e-4 and view.p_ac_w == -2500
        assert view.soc_pct == 50 and view.p_charge_max_w == 6000 and view.state == "connected"
        assert view.e_capacity_wh == 60000


def test_what_is_not_implemented_is_not_known():
    inverter = Inverter()
    inverter.put(701, 47, [0xFFFF])
    inverter.put(701, 12, [0x8000])
    inverter.put(713, 8, [0x8000])
    there = site(inverter)
    there.run(3000)
    picture = there.gateway.fleet.readers[0].picture()
    for point, is_known in (("v_an_v", False), ("v_bn_v", True), ("q_ac_var", False), ("soc_pct", False), ("f_hz", True)):
        assert (picture.fresh(point, there.now_ms) is not None) == is_known, point


def test_what_is_missing_is_named():
    nothing = Inverter()
    nothing.registers[0] = 0
    scale = Inverter()
    scale.put(701, 116, [11])
    no_scale = Inverter()
    no_scale.put(704, 55, [0x8000])
    small = Inverter()
    small.put(702, 26, [4])
    endless = Inverter()
    endless.put(715, 1, [65000])
    for inverter, reason in (
        (nothing, "no SunSpec header at 40000, 0 or 50000"), (Inverter(without=(713,)), "model 713 is missing"),
        (scale, "701.W_SF = 11: allowed -10..10"), (no_scale, "704.WSet_SF is not implemented: p_set_w has no scale"),
        (small, "p_rated_w is 40: allowed 500..1000000"), (endless, "the chain of models has no end"),
        (Inverter(short=(704,)), "model 704 has 22 registers: 49 are needed"),
    ):
        there = site(inverter)
        there.run(5000)
        assert session(there) == "refused" and inverter.writes == [], reason
        assert unavailable(there)[-1] == ("identify", reason), (reason, unavailable(there))
        assert [line for line in there.ports.lines if reason in line], "told as an event"


def test_a_silent_base_is_passed_over():
    search = SunSpecSearch(load_profile("sunspec-der"))
    inverter = Inverter(base=0)
    asked = []
    while search.read() is not None:
        address, count = search.read()
        asked.append(address)
        registers = inverter.read(3, address, count) if address < 40000 else None
        if registers is None:
            search.silent()
        else:
            search.take(registers)
    assert asked[:3] == [40000, 40000, 0] and search.fault is None
    assert search.places[705] == (inverter.at[705], 49)
    assert len(search.layout) == 2 * (6 + 14)


def test_a_layout_means_the_same_in_a_replay():
    profile = load_profile("sunspec-der")
    places = {701: (40070, 153), 702: (40225, 50), 704: (40300, 65), 713: (40400, 7), 714: (40410, 43), 715: (40460, 7)}
    factors = [-1, -1, -2, 0, 0, None, 1, 1, 1, -1, -2, 0, 0, -1]
    plain = sunspec_map.resolved(profile, sunspec_map.pack(profile, places, factors), True)
    rows = dict([(row[0], row) for row in plain["points"]])
    assert rows["p_ac_w"][2] == 40080 and rows["p_set_w"][2] == 40324
    assert abs(rows["p_set_w"][4] - 0.01) < 1e-9 and rows["p_rated_w"][4] == 10
    assert ("e_import_wh", 1, 0, None) in plain["valid"], "without a scale nothing lies between the bounds"
    no_vars = sunspec_map.resolved(profile, None, False)["control"]
    assert no_vars["readback"] == ("p_set_w",)
    for name in ("take", "set", "stop", "give"):
        assert not [step for step in no_vars[name] if step[1].startswith("q_")] and no_vars[name], name


def test_a_curve_is_stored_adopted_and_only_then_enabled():
    inverter = Inverter()
    there = volt_var_site(inverter)
    there.run(10000)
    assert unavailable(there) == []
    assert inverter.get(705, CURVE_1, 12) == [4, 3, 0, 1000, 0xFFFF, 0, 300, 0, 5, 1, 920, 300]
    written = [(model, offset) for model, offset, _ in inverter.writes if model == 705]
    assert written == [(705, 33), (705, 38), (705, 43), (705, 3), (705, 2)], "around what is read only, adopt, enable"
    assert inverter.get(705, 2) == [1]


def test_percent_of_another_nominal_voltage_is_refused():
    for v_nom_dv, is_same in ((2400, True), (4157, True), (4800, True), (0, True), (0xFFFF, True), (2300, False), (2080, False)):
        inverter = Inverter()
        inverter.put(702, 38, [v_nom_dv])
        inverter.put(702, 49, [-1])
        there = volt_var_site(inverter)
        there.run(10000)
        assert (unavailable(there) == []) == is_same and inverter.get(705, 2) == [int(is_same)], v_nom_dv
        if v_nom_dv == 2300:
            text = "702.VNom is 230 V, not grid.v_nom_ln_v, 240 V"
            assert unavailable(there) == [("volt_var", text)]


def test_trips_and_windows_count_in_percent_of_volts_too():
    config = volt_var_site(Inverter()).gateway.config
    for function, model, counts in (("trip", 707, True), ("trip", 708, True), ("enter_service", 703, True),
                                    ("volt_watt", 706, True), ("trip", 709, False), ("droop", 711, False), ("cpf", 704, False)):
        assert bool(native_settings.other_volts(function, model, config, (1, 1, 230))) == counts, function


def test_a_curve_that_is_there_is_left_alone():
    inverter = Inverter()
    inverter.put(705, 2, [1])
    there = volt_var_site(inverter, q1_pu=0.44)
    inverter.put(705, CURVE_1 + 2, [0])
    there.run(10000)
    assert unavailable(there) == [] and not [row for row in inverter.writes if row[0] == 705]


def test_what_goes_wrong_is_flagged_and_nothing_is_enabled():
    wrong_count = Inverter()
    wrong_count.put(705, 5, [9])
    wrong_scale = Inverter()
    wrong_scale.put(705, 12, [40])
    narrow = Inverter()
    narrow.put(705, 13, [-4])
    coarse = Inverter()
    coarse.put(705, 12, [1])
    for inverter, reason, text in (
        (Inverter("refuses"), "native_refused", "705 does not adopt curve 2"),
        (Inverter("ignores"), "native_ignored", "705.Crv.1.Pt.1.Var shows 44, not 30"),
        (Inverter("adopts"), "native_ignored", "705 is still adopting after 10 s"),
        (Inverter("excepts"), "native_refused", "exception 3 when writing 705.Crv.2.ActPt"),
        (Inverter(points=3), "native_refused", "705.Crv.1.Pt.4.V is wanted: NPt is 3"),
        (Inverter(curves=1), "native_refused", "705 stores 1 curve: another one is needed to change it"),
        (wrong_count, "native_refused", "model 705 is 51 registers long: what it counts takes 71"),
        (wrong_scale, "native_refused", "705.Crv.1.VRef can't hold 100: V_SF is 40"),
        (narrow, "native_refused", "705.Crv.1.Pt.1.Var can't hold 30: DeptRef_SF is -4"),
        (coarse, "native_refused", "705.Crv.1.Pt.1.V can't hold 92: V_SF is 1"),
        (Inverter(without=(705,)), "native_refused", "model 705 is missing"),
    ):
        there = volt_var_site(inverter)
        there.run(20000)
        assert unavailable(there) == [("volt_var", text)], (text, unavailable(there))
        assert session(there) == "controlling", text
        assert not [row for row in inverter.writes if row[:2] == (705, 2)], text
        assert inverter.behaviour == "good" or inverter.get(705, CURVE_1 + 10, 2) == [920, 440], "the old curve stays"
        told = [line for line in there.ports.lines if "volt_var" in line]
        assert len(told) == 2 and told[0].endswith("raised, volt_var") and text in told[1], told
        flags = [row[1] for row in there.gateway.state.ders[0].native_faults]
        assert flags == [{"native_refused": 122, "native_ignored": 123}[reason]]


def test_who_observes_compares_and_writes_nothing():
    inverter = Inverter()
    there = volt_var_site(inverter, "observe")
    there.run(20000)
    assert inverter.writes == [] and unavailable(there) == []
    assert not there.gateway.fleet.readers[0].native._jobs[-1].is_confirmed


def test_what_somebody_changed_is_put_back():
    inverter = Inverter()
    there = volt_var_site(inverter)
    there.run(10000)
    inverter.put(705, CURVE_1 + 11, [100])
    there.run(native_config.WATCH_MS + 2000)
    assert inverter.get(705, CURVE_1 + 11) == [300]
    told = [line for line in there.ports.lines if "somebody changed" in line]
    assert len(told) == 1 and "volt_var, 705.Crv.1.Pt.1.Var shows 10, not 30" in told[0]
    inverter.put(705, 2, [0])
    there.run(native_config.WATCH_MS + 5000)
    assert inverter.get(705, 2) == [1], "also when it was only switched off"


def test_a_device_that_is_still_starting_is_not_the_wrong_one():
    inverter = Inverter()
    there = site(inverter)
    there.is_silent = True
    there.run(20000)
    there.is_silent = False
    there.run(20000)
    assert session(there) == "controlling"
    search = SunSpecSearch(load_profile("sunspec-der"))
    for _ in range(20):
        search.silent()
    assert search.fault is None and search.read() is not None


def test_a_busy_device_is_asked_again_and_one_that_has_no_models_refused():
    for code, expected in ((6, "controlling"), (4, "controlling"), (2, "refused")):
        inverter = Inverter()
        there = site(inverter)
        reader = there.gateway.fleet.readers[0]
        busy, search_block = [5], len(reader.map.blocks)

        def answer(now_ms, block, kind, payload, take=reader.on_answer):
            if block == search_block and busy[0]:
                busy[0] -= 1
                kind, payload = pdu.EXCEPTION, code
            take(now_ms, block, kind, payload)

        reader.on_answer = answer
        there.run(20000)
        assert session(there) == expected, code
