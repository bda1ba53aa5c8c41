"""The real gateway configures the native functions of an emulated SunSpec inverter, and watches them.

Not its job: setpoints (test_sunspec_gateway.py), whether the functions respond in time (conformance bench).
Source: IEEE 1547-2018 for the figures of the grid code; SunSpec models 703 to 712.
"""

import pytest

from edge import queries
from edge.drivers import native_config
from host_sim.plant.sunspec import adoption
from tests.sim.sunspec_bench import Bench

CODE = "ieee1547-b-iii"
SETTLED_MS = 15000


def bench_with(code=CODE, q_mode="volt_var", grid=None, **sections):
    return Bench(grid={"code": code, "q_mode": q_mode, **(grid or {})},
                 control={"p_default_w": -2000, "ramp_w_s": 50000}, **sections)


def settings(bench):
    """What is in force inside the inverter."""
    return bench.device.native.settings


def unconfirmed(bench):
    return [(job.row[0], job.text) for job in bench.reader.native._jobs if not job.is_confirmed]


def test_a_grid_code_is_in_force_inside_the_device():
    bench = bench_with(volt_var={"v1_pu": 0.9, "q1_pu": 0.3, "olrt_s": 2}, trip={"ov1_s": 4}, volt_watt={"enabled": True},
                       p_limit={"enabled": True, "p_max_pu": 0.75}, enter_service={"delay_s": 60, "v_lo_pu": 0.9})
    bench.run(SETTLED_MS)
    assert unconfirmed(bench) == [] and bench.der.unavailable() == []
    inside = settings(bench)
    told = queries.status(bench.site.gateway, bench.site.now_ms)["ders"][0]["in_device"]
    assert {"trip", "volt_var", "volt_watt", "droop"} <= set(told) and "watt_var" not in told, "what rests is not told"
    assert inside.volt_var.enabled and inside.volt_var.olrt_s == 2
    assert inside.volt_var.curve_pu[0] == pytest.approx((0.9, 0.3)) and inside.volt_var.curve_pu[3] == pytest.approx((1.08, -0.44))
    assert inside.trip.must_hv_pu_s == ((1.1, 4.0), (1.2, 0.16))
    assert inside.trip.momentary_lv_pu_s == ((0.5, 1.0),), "what is not ours stays as it was"
    assert inside.volt_watt.enabled and inside.volt_watt.curve_pu[1] == pytest.approx((1.1, 0.0))
    assert inside.p_limit.enabled and inside.p_limit.p_max_pu == pytest.approx(0.75)
    assert inside.droop.enabled and inside.droop.k_of_pu == pytest.approx(0.05)
    assert inside.enter_service.delay_s == 60 and inside.enter_service.v_lo_pu == pytest.approx(0.9)
    assert bench.device.p_w == pytest.approx(-2000, abs=20)


def test_a_device_of_another_nominal_voltage_is_told_nothing_in_percent_of_it():
    bench = bench_with(grid={"v_nom_ln_v": 230})
    before = settings(bench)
    bench.run(SETTLED_MS)
    assert [name for name, _ in bench.der.unavailable()] == ["trip", "enter_service", "volt_var"], "each told once"
    assert not bench.reader.native.condition()[0], "its trips are not confirmed"
    assert (settings(bench).trip, settings(bench).volt_var) == (before.trip, before.volt_var)
    assert settings(bench).droop.k_of_pu == pytest.approx(0.05), "frequency has no such base"


def test_volt_var_acts_in_the_device_while_the_gateway_sets_power_and_after_it_died():
    bench = bench_with()
    bench.run(SETTLED_MS)
    bench.v_pu = 0.95
    bench.run(20000)
    assert bench.device.q_var == pytest.approx(0.5 * 4400, rel=0.02)
    assert bench.der.q_set_var == 0 and "volt_var" not in bench.der.laws.names
    assert bench.device.p_w == pytest.approx(-2000, abs=20)
    bench.run(10000, is_gateway_alive=False)
    assert bench.device.p_w == pytest.approx(0, abs=5)
    assert bench.device.q_var == pytest.approx(0.5 * 4400, rel=0.02)


@pytest.mark.parametrize("q_mode, enabled", (
    ("volt_var", {(705, "Ena")}), ("watt_var", {(712, "Ena")}), ("cpf", {(704, "PFWInjEna"), (704, "PFWAbsEna")}),
    ("crp", {(704, "VarSetEna")}), ("unity", set()),
))
def test_one_function_owns_reactive_power(q_mode, enabled):
    bench = bench_with(q_mode=q_mode)
    for place in ((705, "Ena"), (712, "Ena")):
        bench.device.bank.put(*place, 1)
    bench.run(SETTLED_MS)
    assert unconfirmed(bench) == []
    switches = ((705, "Ena"), (712, "Ena"), (704, "PFWInjEna"), (704, "PFWAbsEna"), (704, "VarSetEna"))
    assert {place for place in switches if bench.device.bank.get(*place) == 1} == enabled
    assert bench.der.q_set_var == 0


def test_settings_that_are_there_already_are_not_written_again():
    first = bench_with()
    first.run(SETTLED_MS)
    second = bench_with()
    second.device.bank._registers[:] = first.device.bank._registers
    written = []
    keep = second.device.bank.write

    def write(function, address, values):
        written.append(second.device.bank._by_address[address].name[0])
        return keep(function, address, values)

    second.device.bank.write = write
    second.run(SETTLED_MS)
    assert unconfirmed(second) == []
    assert set(written) == {704}, "only our setpoint"


def adopt_other_curve(bench, q1_pct):
    bank = bench.device.bank
    bank.put(705, "Crv.3.Pt.1.Var", q1_pct)
    field = bank.fields[705, "AdptCrvReq"]
    assert bank.write(16, bank.base + field.at, [3]) == 0


def test_what_somebody_changes_is_put_back_and_told():
    bench = bench_with()
    bench.run(SETTLED_MS)
    bench.run(native_config.CALM_MS)
    adopt_other_curve(bench, 10)
    bench.run(200)
    assert settings(bench).volt_var.curve_pu[0][1] == pytest.approx(0.1)
    bench.run(native_config.WATCH_MS + 2000)
    assert settings(bench).volt_var.curve_pu[0][1] == pytest.approx(0.44)
    told = [line for line in bench.lines() if "somebody changed" in line]
    assert len(told) == 1 and "volt_var, 705.Crv.1.Pt.1.Var shows 10, not 44" in told[0]
    assert unconfirmed(bench) == []


def test_a_fight_is_fought_less_and_less_often():
    bench = bench_with()
    bench.run(SETTLED_MS)
    for _ in range(150):
        adopt_other_curve(bench, 10)
        bench.run(2000)
    told = [line for line in bench.lines() if "somebody changed" in line]
    assert 3 <= len(told) <= 9
    bench.run(300000)
    assert settings(bench).volt_var.curve_pu[0][1] == pytest.approx(0.44)


def test_a_device_that_ignores_a_curve_is_flagged_and_the_function_not_enabled(monkeypatch):
    monkeypatch.setattr(adoption.CurveStore, "_copy", lambda self, number: None)
    bench = bench_with(volt_var={"q1_pu": 0.3})
    bench.run(30000)
    assert ("volt_var", "705.Crv.1.Pt.1.Var shows 44, not 30") in bench.der.unavailable()
    assert bench.device.bank.get(705, "Ena") == 0
    assert "no volt_var: 705.Crv.1.Pt.1.Var shows 44, not 30" in bench.der.why()
    assert any("device ignores a grid function" in line and "volt_var" in line for line in bench.lines())
    assert bench.device.p_w == pytest.approx(-2000, abs=20), "charging goes on"


def refuse(bench, model_id):
    """Adoption of this model's curves always fails."""
    takes = bench.device._takes
    bench.device._takes = lambda store, number: store.model_id != model_id and takes(store, number)


def test_a_device_that_refuses_a_curve_keeps_the_old_one_and_is_flagged():
    bench = bench_with(volt_var={"q1_pu": 0.3})
    refuse(bench, 705)
    bench.run(SETTLED_MS)
    assert bench.der.unavailable() == [("volt_var", "705 does not adopt curve 2")]
    assert not settings(bench).volt_var.enabled and settings(bench).volt_var.curve_pu[0][1] == 0.44
    assert settings(bench).droop.enabled, "the others are set all the same"
    del bench.device._takes
    bench.run(60000)
    assert bench.der.unavailable() == [] and settings(bench).volt_var.curve_pu[0][1] == pytest.approx(0.3)


def test_without_confirmed_trip_settings_it_may_charge_but_not_discharge():
    bench = Bench(grid={"code": CODE}, control={"p_default_w": 3000, "ramp_w_s": 50000}, trip={"ov1_s": 4})
    refuse(bench, 708)
    bench.run(SETTLED_MS)
    assert bench.device.p_w == pytest.approx(0, abs=5) and "trip settings not confirmed" in bench.der.why()
    assert bench.der.unavailable() == [("trip", "708 does not adopt curve 2")]
    bench.site.gateway.state.commitments.standing[0].p_default_w = -2000
    bench.run(5000)
    assert bench.device.p_w == pytest.approx(-2000, abs=20)
    del bench.device._takes
    bench.site.gateway.state.commitments.standing[0].p_default_w = 3000
    bench.run(60000)
    assert bench.device.p_w == pytest.approx(3000, abs=20)


def test_an_exception_is_told_with_the_point_it_answered():
    bench = bench_with(volt_watt={"enabled": True, "v1_pu": 1.05})
    bank = bench.device.bank
    keep = bank.write
    bank.write = lambda function, address, values: 4 if bank._by_address[address].name[0] == 706 else keep(function, address, values)
    bench.run(SETTLED_MS)
    assert bench.der.unavailable() == [("volt_watt", "exception 4 when writing 706.Crv.3.ActPt")]


@pytest.mark.parametrize("model_id, sf, value, says", (
    (705, "V_SF", 77, "705.Crv.1.VRef can't hold 100: V_SF is 77"),
    (705, "V_SF", 0x8000, "705.Crv.1.VRef can't hold 100: V_SF is None"),
    (706, "V_SF", 10, None),
))
def test_a_wrong_scale_factor_is_told(model_id, sf, value, says):
    bench = bench_with()
    bench.device.bank._registers[bench.device.bank.fields[model_id, sf].at] = value
    bench.run(SETTLED_MS)
    assert bench.der.unavailable() == ([("volt_var", says)] if says else [])
    assert bench.device.bank.get(705, "Ena") == (0 if says else 1)


def test_a_missing_model_makes_its_function_unavailable_and_nothing_else():
    bench = bench_with(q_mode="watt_var")
    bank = bench.device.bank
    bank._registers[bank.fields[712, "Ena"].at - 2] = 64112
    bench.run(SETTLED_MS)
    assert bench.session == "controlling"
    assert bench.der.unavailable() == [("watt_var", "model 712 is missing")]
    assert bench.device.p_w == pytest.approx(-2000, abs=20)


def test_a_device_of_a_lower_category_is_told():
    bench = bench_with()
    bench.device.bank.put(702, "AbnOpCatRtg", 1)
    bench.run(SETTLED_MS)
    assert bench.der.unavailable() == [("ride_through", "702.AbnOpCatRtg shows 1, not 2")]


def test_who_only_observes_writes_nothing():
    bench = Bench(grid={"code": CODE, "q_mode": "volt_var"}, gateway={"id": "gw-test", "mode": "observe"})
    bench.device.bank.write = lambda *_: pytest.fail("written")
    bench.run(30000)
    assert bench.session == "observing" and bench.der.unavailable() == []


def test_what_the_registers_cannot_say_the_gateway_does_and_the_device_does_not():
    bench = Bench(f_nom_hz=50, grid={"code": "asnzs4777-a"}, control={"p_default_w": -2000, "ramp_w_s": 50000})
    bench.device.bank.put(711, "Ena", 1)
    bench.run(SETTLED_MS)
    assert "droop" in bench.der.laws.names and bench.device.bank.get(711, "Ena") == 0
    assert unconfirmed(bench) == []
    assert any("only its maker" in line and "trip.ov_10min_pu" in line for line in bench.lines())


def test_a_lost_link_means_unconfirmed_until_the_device_was_seen_again():
    bench = Bench(grid={"code": CODE}, control={"p_default_w": 3000, "ramp_w_s": 50000})
    bench.run(60000)
    assert bench.device.p_w == pytest.approx(3000, abs=20)
    bench.site.close("bus:lan")
    assert bench.reader.condition()[0] is False
    bench.run(20000)
    assert bench.reader.condition() == [True, []] and bench.device.p_w == pytest.approx(3000, abs=20)


def test_permission_withdrawn_stops_the_functions_of_the_device_too():
    bench = bench_with(q_mode="unity", enter_service={"delay_s": 0, "ramp_s": 1})
    bench.run(SETTLED_MS)
    bench.f_hz = 59.3
    bench.run(20000)
    assert bench.device.p_w > -1000, "droop of the device"

    def permit(is_on):
        bench.site._do(bench.site.gateway.on_query(bench.site.now_ms, 1, {"permit_service": is_on}))

    permit(False)
    bench.run(2000)
    assert bench.device.p_w == pytest.approx(0, abs=20) and bench.der.p_set_w == 0
    bench.run(20000)
    assert bench.device.p_w == pytest.approx(0, abs=20) and unconfirmed(bench) == []
    bench.f_hz = 60.0
    permit(True)
    bench.run(15000)
    assert bench.device.p_w == pytest.approx(-2000, abs=20) and unconfirmed(bench) == []
    assert [line for line in bench.lines() if "somebody changed" in line] == [], "it was us"


def test_permission_withdrawn_while_its_settings_are_written_is_not_forgotten():
    for wait_ms in range(0, 3000, 340):
        bench = bench_with(enter_service={"delay_s": 0, "ramp_s": 1})
        bench.run(1000 + wait_ms)
        bench.site._do(bench.site.gateway.on_query(bench.site.now_ms, 1, {"permit_service": False}))
        bench.run(SETTLED_MS)
        assert not settings(bench).enter_service.permitted and unconfirmed(bench) == [], wait_ms


def test_a_device_that_is_larger_than_the_site_wants_answers_on_the_rating_of_the_site():
    bench = Bench(grid={"code": CODE, "q_mode": "unity"}, control={"p_default_w": 0}, enter_service={"delay_s": 0, "ramp_s": 1},
                  der={"p_charge_max_w": 5000, "p_discharge_max_w": 5000})
    bench.run(SETTLED_MS)
    bench.f_hz = 59.3
    bench.run(25000)
    assert bench.device.p_w == pytest.approx((0.7 - 0.036) / (60 * 0.05) * 5000, abs=20)
    assert unconfirmed(bench) == []
