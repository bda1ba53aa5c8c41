"""The emulated SunSpec device: what its registers show, what they do, and what they refuse."""

import struct

import pytest

from host_sim.faults import FaultyBank
from host_sim.plant.native.settings import Ratings, SetActivePower, Trip, VoltVar
from host_sim.plant.sunspec_der import SunSpecDer, nominal_settings
from protocols.modbus.server import answer
from protocols.sunspec.chain import ChainWalk
from tests.unit.sunspec_bench import Bench

COMPLETED, FAILED = 1, 2
ILLEGAL_ADDRESS, ILLEGAL_VALUE = 2, 3


# --- settings in registers -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("f_nom_hz", (50, 60))
def test_registers_say_exactly_the_settings_that_were_given(f_nom_hz):
    settings = nominal_settings(f_nom_hz)
    assert SunSpecDer(settings=settings).settings_in_registers() == settings


def test_settings_that_differ_from_the_default_survive_the_registers():
    settings = nominal_settings(60)._replace(
        set_power=SetActivePower(True, -2500.0, 500.0),
        volt_var=VoltVar(True, ((0.90, 0.25), (1.0, 0.0), (1.1, -0.25)), 10.0, 1.02, True, 500.0, False),
        trip=Trip(must_lv_pu_s=((0.7, 10.0), (0.45, 0.16)), may_lv_pu_s=((0.65, 3.0),), momentary_hv_pu_s=()),
        ratings=Ratings(s_max_va=60000.0, p_discharge_max_w=50000.0, p_charge_max_w=40000.0, q_inject_max_var=30000.0,
                        q_absorb_max_var=20000.0))
    assert SunSpecDer(settings=settings).settings_in_registers() == settings


def test_settings_that_make_no_sense_are_refused_at_birth():
    with pytest.raises(ValueError, match="volt_var"):
        SunSpecDer(settings=nominal_settings(60)._replace(volt_var=VoltVar(curve_pu=((1.0, 0.0), (0.9, 0.0)))))


# --- setpoints and their timers --------------------------------------------------------------------------------------

def test_power_follows_the_setpoint_in_both_directions():
    bench = Bench()
    assert bench.set(704, "WSetEna", 1) == 0
    for p_w in (-3000, 4500):
        assert bench.set(704, "WSet", p_w) == 0
        bench.run(1)
        assert bench.get(701, "W") == pytest.approx(p_w, abs=1)
        assert bench.get(714, "DCW") == pytest.approx(p_w, rel=0.1)
        assert (bench.get(802, "ChaSt") == 4) == (p_w < 0)


def test_percent_of_w_max_is_the_other_way_to_ask():
    bench = Bench()
    for point, value in (("WSetMod", 0), ("WSetPct", -25), ("WSetEna", 1)):
        assert bench.set(704, point, value) == 0
    bench.run(1)
    assert bench.get(701, "W") == pytest.approx(-2500, abs=1)


def test_a_setpoint_that_is_not_renewed_falls_back():
    bench = Bench()
    for point, value in (("WSetRvrtTms", 5), ("WSet", 3000), ("WSetEna", 1)):
        assert bench.set(704, point, value) == 0
    for _ in range(5):
        bench.run(4)
        assert bench.set(704, "WSet", 3000) == 0     # the same value counts
    bench.run(4.5)
    assert bench.get(704, "WSetRvrtRem") == 1 and bench.get(701, "W") == pytest.approx(3000, abs=1)
    bench.run(1.5)
    assert bench.get(704, "WSetRvrtRem") == 0 and bench.get(704, "WSet") == 0 and bench.get(704, "WSetEna") == 0
    assert abs(bench.get(701, "W")) <= 1


def test_it_falls_back_to_what_was_prepared():
    bench = Bench()
    for point, value in (("WSetRvrt", -1000), ("WSetEnaRvrt", 1), ("WSetRvrtTms", 2), ("WSet", 3000), ("WSetEna", 1)):
        assert bench.set(704, point, value) == 0
    bench.run(4)
    assert bench.get(701, "W") == pytest.approx(-1000, abs=1) and bench.get(704, "WSetEna") == 1


def test_without_a_reversion_time_a_setpoint_stays():
    bench = Bench()
    bench.set(704, "WSet", 3000)
    bench.set(704, "WSetEna", 1)
    bench.run(120)
    assert bench.get(701, "W") == pytest.approx(3000, abs=1) and bench.get(704, "WSetRvrtRem") == 0


@pytest.mark.parametrize("mode, point, value, q_var", (
    (4, "VarSet", 2000, 2000), (3, "VarSetPct", -20, -2000), (1, "VarSetPct", 50, 2200), (0, "VarSetPct", 10, 1000)))
def test_vars_by_each_base(mode, point, value, q_var):
    bench = Bench()
    for name, written in (("VarSetMod", mode), (point, value), ("VarSetEna", 1)):
        assert bench.set(704, name, written) == 0
    bench.run(15)
    assert bench.get(701, "Var") == pytest.approx(q_var, abs=2)


def test_percent_of_available_vars_is_refused_because_it_is_not_offered():
    bench = Bench()
    assert bench.set(704, "VarSetMod", 2) == ILLEGAL_VALUE and bench.get(704, "VarSetMod") == 4


def test_the_power_limit_caps_injection_only():
    bench = Bench()
    for point, value in (("WMaxLimPct", 30), ("WMaxLimPctEna", 1), ("WSet", 8000), ("WSetEna", 1)):
        assert bench.set(704, point, value) == 0
    bench.run(30)
    assert bench.get(701, "W") == pytest.approx(3000, abs=2)
    bench.set(704, "WSet", -8000)
    bench.run(5)
    assert bench.get(701, "W") == pytest.approx(-8000, abs=2)


def test_power_factor_by_direction():
    bench = Bench()
    for point, value in (("PFWInj.PF", 0.9), ("PFWInj.Ext", 1), ("PFWInjEna", 1), ("WSet", 4500), ("WSetEna", 1)):
        assert bench.set(704, point, value) == 0
    bench.run(30)
    assert bench.get(701, "Var") == pytest.approx(-4500 * 0.484, abs=5)
    assert bench.get(701, "PF") == pytest.approx(0.9, abs=0.002)
    bench.set(704, "WSet", -4500)
    bench.run(30)
    assert abs(bench.get(701, "Var")) <= 5 and bench.get(701, "PF") == pytest.approx(-1, abs=0.002)


def test_the_q_function_switched_on_last_owns_q():
    bench = Bench()
    for model_id, point in ((705, "Ena"), (712, "Ena"), (704, "VarSetEna"), (704, "PFWInjEna"), (704, "PFWAbsEna")):
        assert bench.set(model_id, point, 1) == 0
    assert [bench.get(704, "PFWInjEna"), bench.get(704, "PFWAbsEna")] == [1, 1]
    assert [bench.get(704, "VarSetEna"), bench.get(705, "Ena"), bench.get(712, "Ena")] == [0, 0, 0]
    assert bench.device.native.q_owner == "cpf"


def test_a_refused_write_leaves_the_owner_of_q_alone():
    bench = Bench()
    assert bench.set(705, "Ena", 1) == 0
    address, _, _ = bench._place(704, "VarSetEna")
    assert bench.device.bank.write(16, address, [1, 2]) == ILLEGAL_VALUE      # VarSetMod 2 is not offered
    assert (bench.get(705, "Ena"), bench.get(704, "VarSetEna")) == (1, 0)
    assert bench.device.native.q_owner == "volt_var"


def test_a_trip_model_that_is_off_trips_nothing():
    bench = Bench()
    assert bench.set(708, "Ena", 0) == 0
    bench.v_pu = 1.25
    bench.run(1)
    assert bench.get(701, "ConnSt") == 1
    assert bench.set(708, "Ena", 1) == 0
    bench.run(0.5)
    assert bench.get(701, "ConnSt") == 0


# --- curves ----------------------------------------------------------------------------------------------------------

def test_stored_curves_start_as_writable_copies_of_the_one_in_force():
    bench = Bench()
    for number in (1, 2, 3):
        path = "Crv.%d." % number
        assert bench.get(705, path + "ActPt") == 4 and bench.get(705, path + "ReadOnly") == (number == 1)
        assert [bench.get(705, "%sPt.%d.V" % (path, at)) for at in (1, 2, 3, 4)] == [92, 98, 102, 108]
        assert [bench.get(705, "%sPt.%d.Var" % (path, at)) for at in (1, 2, 3, 4)] == [44, 0, 0, -44]


def test_vars_follow_the_adopted_curve():
    bench = Bench()
    bench.set(705, "Ena", 1)
    bench.v_pu = 1.05
    bench.run(20)
    assert bench.get(701, "Var") == pytest.approx(-2200, abs=5)      # half way from 1.02 to 1.08
    assert bench.set(705, "Crv.2.Pt.3.V", 100) == 0
    bench.run(5)
    assert bench.get(701, "Var") == pytest.approx(-2200, abs=5)      # stored is not adopted
    assert bench.adopt(705, 2) == COMPLETED
    assert bench.get(705, "Crv.1.Pt.3.V") == 100
    bench.run(20)
    assert bench.get(701, "Var") == pytest.approx(-4400 * 5 / 8, abs=5)


def test_a_shifted_reference_shifts_the_curve():
    bench = Bench()
    bench.set(705, "Ena", 1)
    bench.set(705, "Crv.3.VRef", 105)
    assert bench.adopt(705, 3) == COMPLETED
    bench.v_pu = 1.05
    bench.run(20)
    assert abs(bench.get(701, "Var")) <= 2


@pytest.mark.parametrize("reference, q_var", ((0, 4000), (1, 0.4 * 4400), (3, 4000)))
def test_the_reference_of_a_curve_chooses_its_base(reference, q_var):
    bench = Bench()
    bench.set(705, "Ena", 1)
    bench.set(705, "Crv.2.DeptRef", reference)
    bench.set(705, "Crv.2.Pt.1.Var", 40)
    assert bench.adopt(705, 2) == COMPLETED
    bench.v_pu = 0.91
    bench.run(30)
    assert bench.get(701, "Var") == pytest.approx(q_var, abs=3)


BAD = (
    (705, "Crv.2.Pt.2.V", 91.9, "not rising"), (705, "Crv.2.Pt.2.Var", 50, "rises"), (705, "Crv.2.Pt.4.V", 151, "far out"),
    (705, "Crv.2.Pt.1.Var", 101, "above 100 %"), (705, "Crv.2.ActPt", 5, "more points than there are"),
    (705, "Crv.2.ActPt", 0, "no points"), (705, "Crv.2.DeptRef", 2, "base not offered"),
    (705, "Crv.2.RspTms", 0.9, "too fast"), (705, "Crv.2.RspTms", 90.01, "too slow"), (705, "Crv.2.VRef", 94.9, "low"),
    (705, "Crv.2.VRefAutoTms", 299, "too fast"), (705, "Crv.2.Pri", 2, "vendor's"),
    (706, "Crv.2.Pt.1.V", 110.01, "not rising"), (706, "Crv.2.DeptRef", 1, "base not offered"),
    (706, "Crv.2.ActPt", 3, "third point not set"), (706, "Crv.2.RspTms", 0.4, "too fast"),
    (707, "Crv.2.MustTrip.Pt.4.V", 40, "falls back"), (707, "Crv.2.MustTrip.Pt.4.Tms", 1.9, "not rising"),
    (707, "Crv.2.MustTrip.ActPt", 0, "nothing trips"), (708, "Crv.2.MustTrip.Pt.4.V", 99, "below nominal"),
    (709, "Crv.2.MustTrip.Pt.4.Hz", 39, "far out"), (710, "Crv.2.MustTrip.Pt.2.Hz", 70.1, "far out"),
    (711, "Ctl.2.KOf", 0.005, "too steep"), (711, "Ctl.2.DbOf", 5.001, "too wide"), (711, "Ctl.2.RspTms", 0.1, "too fast"),
    (712, "Crv.2.Pt.2.W", -101, "beyond W max"), (712, "Crv.2.Pri", 2, "vendor's"),
)


@pytest.mark.parametrize("model_id, path, value, why", BAD)
def test_a_bad_curve_is_stored_but_not_adopted(model_id, path, value, why):
    bench = Bench()
    before = bench.device.native.settings
    assert bench.set(model_id, path, value) == 0, why
    assert bench.adopt(model_id, 2) == FAILED, why
    assert bench.device.native.settings == before
    assert bench.device.settings_in_registers() == before


@pytest.mark.parametrize("model_id", (705, 706, 707, 708, 709, 710, 711, 712))
def test_a_bad_index_fails_and_good_ones_do_not(model_id):
    bench = Bench()
    before = bench.device.native.settings
    for number, result in ((0, FAILED), (4, FAILED), (2, COMPLETED), (3, COMPLETED), (1, COMPLETED), (999, FAILED)):
        assert bench.adopt(model_id, number) == result, number
        assert bench.device.native.settings == before


@pytest.mark.parametrize("model_id, path", (
    (705, "Crv.1.Pt.1.V"), (705, "Crv.1.ActPt"), (706, "Crv.1.RspTms"), (707, "Crv.1.MustTrip.Pt.1.V"), (711, "Ctl.1.KOf"),
    (705, "Crv.2.ReadOnly"), (705, "AdptCrvRslt"), (705, "NPt"), (705, "V_SF"), (701, "W"), (713, "SoC"), (1, "DA"),
    (702, "WMaxRtg"), (704, "WSetRvrtRem"), (702, "WMaxOvrExt")))
def test_what_is_read_only_or_not_implemented_cannot_be_written(model_id, path):
    bench = Bench()
    before = bench.get(model_id, path)
    assert bench.set(model_id, path, 1) == ILLEGAL_ADDRESS
    assert bench.get(model_id, path) == before


def test_an_adopted_curve_falls_back_to_the_reversion_curve():
    bench = Bench()
    bench.set(705, "RvrtTms", 5)
    bench.set(705, "RvrtCrv", 3)
    bench.set(705, "Crv.2.Pt.4.Var", -30)
    assert bench.adopt(705, 2) == COMPLETED
    assert bench.get(705, "Crv.1.Pt.4.Var") == -30 and bench.get(705, "RvrtRem") == 5
    bench.run(6)
    assert bench.get(705, "Crv.1.Pt.4.Var") == -44 and bench.get(705, "RvrtRem") == 0


def test_two_settings_and_their_stairs_trip_alike():
    bench = Bench()
    bare = ((60, 2), (40, 0.2))
    for at, (v_pct, time_s) in enumerate(bare, 1):
        bench.set(707, "Crv.2.MustTrip.Pt.%d.V" % at, v_pct)
        bench.set(707, "Crv.2.MustTrip.Pt.%d.Tms" % at, time_s)
    bench.set(707, "Crv.2.MustTrip.ActPt", 2)
    assert bench.adopt(707, 2) == COMPLETED
    assert bench.device.native.settings.trip.must_lv_pu_s == ((0.6, 2), (0.4, 0.2))
    stairs = ((0, 0.2), (40, 0.2), (40, 2), (60, 2), (60, 1000))
    for at, (v_pct, time_s) in enumerate(stairs, 1):
        bench.set(707, "Crv.3.MustTrip.Pt.%d.V" % at, v_pct)
        bench.set(707, "Crv.3.MustTrip.Pt.%d.Tms" % at, time_s)
    assert bench.adopt(707, 3) == COMPLETED
    assert bench.device.native.settings.trip.must_lv_pu_s == ((0.6, 2), (0.4, 0.2))


def test_droop_moves_the_power():
    bench = Bench()
    for point, value in (("WSet", 4000), ("WSetEna", 1)):
        bench.set(704, point, value)
    bench.set(711, "Ctl.2.KOf", 0.02)
    assert bench.adopt(711, 2) == COMPLETED and bench.set(711, "Ena", 1) == 0
    bench.run(2)
    bench.f_hz = 50.236
    bench.run(20)
    assert bench.get(701, "W") == pytest.approx(4000 - 10000 * 0.2 / (50 * 0.02), abs=5)


# --- service, ratings, battery ---------------------------------------------------------------------------------------

def test_withdrawn_permission_ends_power_within_two_seconds_and_service_returns_after_the_delay():
    bench = Bench()
    for model_id, point, value in ((704, "WSet", 5000), (704, "WSetEna", 1), (703, "ESDlyTms", 10), (703, "ESRmpTms", 20)):
        assert bench.set(model_id, point, value) == 0
    bench.run(2)
    assert bench.set(703, "ES", 0) == 0
    bench.run(2)
    assert bench.get(701, "W") == 0 and bench.get(701, "ConnSt") == 0 and bench.get(701, "InvSt") == 0
    assert bench.get(701, "Alrm") & 1 << 4
    assert bench.set(703, "ES", 1) == 0
    bench.run(5)
    assert 4 <= bench.get(703, "ESDlyRemTms") <= 6 and bench.get(701, "W") == 0
    bench.run(10)
    assert 0 < bench.get(701, "W") < 4000 and bench.get(701, "InvSt") == 2
    bench.run(20)
    assert bench.get(701, "W") == pytest.approx(5000, abs=2) and bench.get(701, "Alrm") == 0


def test_an_entry_window_without_width_is_refused():
    bench = Bench()
    assert bench.set(703, "ESVLo", 106) == ILLEGAL_VALUE and bench.get(703, "ESVLo") == pytest.approx(91.7)


def test_stop_and_start():
    bench = Bench()
    bench.set(704, "WSet", 5000)
    bench.set(704, "WSetEna", 1)
    bench.set(703, "ESDlyTms", 0)
    bench.set(703, "ESRmpTms", 0)
    for stop, start in ((0, 1), (2, 3)):
        bench.run(2)
        assert bench.get(701, "W") == pytest.approx(5000, abs=2)
        bench.set(715, "OpCtl", stop)
        bench.run(1)
        assert bench.get(701, "W") == 0 and bench.get(701, "St") == 0
        bench.set(715, "OpCtl", start)


def test_abnormal_voltage_shows_as_alarm_and_trips_in_time():
    bench = Bench()
    bench.v_pu = 1.25
    bench.run(0.1)
    assert bench.get(701, "Alrm") & 1 << 10
    bench.run(0.3)
    assert bench.get(701, "InvSt") == 6 and bench.get(701, "ConnSt") == 0 and bench.get(701, "Alrm") & 1 << 4


def test_ratings_and_settings_are_apart():
    bench = Bench()
    assert bench.set(702, "WMax", 10001) == ILLEGAL_VALUE
    assert bench.set(702, "WMax", 8000) == 0 and bench.set(702, "VAMax", 8000) == 0
    assert bench.get(702, "WMaxRtg") == 10000 and bench.get(702, "WMax") == 8000
    for point, value in (("WSetMod", 0), ("WSetPct", 50), ("WSetEna", 1)):
        bench.set(704, point, value)
    bench.run(2)
    assert bench.get(701, "W") == pytest.approx(4000, abs=1)
    for point, value in (("WSetMod", 1), ("WSet", 9000)):
        bench.set(704, point, value)
    bench.run(2)
    assert bench.get(701, "W") == pytest.approx(8000, abs=1)


@pytest.mark.parametrize("point, value, p_w", (("SoCRsvMin", 60, 3000), ("SocRsvMax", 40, -3000)))
def test_the_reserve_of_the_battery_closes_one_direction(point, value, p_w):
    bench = Bench(storage={"soc_pct": 50})
    bench.set(704, "WSet", p_w)
    bench.set(704, "WSetEna", 1)
    bench.run(1)
    assert bench.get(701, "W") == pytest.approx(p_w, abs=1) and bench.get(802, "State") == 3
    assert bench.set(802, point, value) == 0
    bench.run(1)
    assert bench.get(701, "W") == 0 and bench.get(802, "State") == 5
    bench.set(704, "WSet", -p_w)
    bench.run(1)
    assert bench.get(701, "W") == pytest.approx(-p_w, abs=1)


def test_discharging_stops_where_the_reserve_begins():
    bench = Bench(storage={"soc_pct": 50.02, "capacity_wh": 5000})
    bench.set(802, "SoCRsvMin", 50)
    bench.set(704, "WSet", 3000)
    bench.set(704, "WSetEna", 1)
    bench.run(10)
    assert bench.get(701, "W") == 0 and bench.get(802, "SoC") == pytest.approx(50, abs=0.01)


def test_without_a_vehicle_nothing_is_known_and_nothing_flows():
    bench = Bench(plugged=False)
    bench.set(704, "WSet", 3000)
    bench.set(704, "WSetEna", 1)
    bench.run(1)
    assert bench.get(701, "W") == 0
    for model_id, point in ((713, "SoC"), (713, "WHRtg"), (713, "WHAvail"), (802, "SoC"), (714, "Prt.1.DCV")):
        assert bench.get(model_id, point) is None, point
    assert bench.get(714, "Prt.1.DCSta") == 0 and bench.get(802, "State") == 1
    bench.device.plug()
    bench.run(1)
    assert bench.get(713, "SoC") == pytest.approx(50, abs=0.1) and bench.get(701, "W") == pytest.approx(3000, abs=1)
    assert bench.get(714, "Prt.1.PrtTyp") == 2


def test_energy_is_counted_at_both_sides():
    bench = Bench()
    bench.set(704, "WSet", -6000)
    bench.set(704, "WSetEna", 1)
    bench.run(600)
    assert bench.get(701, "TotWhAbs") == pytest.approx(1000, abs=2) and bench.get(701, "TotWhInj") == 0
    assert 940 < bench.get(714, "DCWhAbs") < 970
    assert bench.get(713, "SoC") == pytest.approx(50 + 95.5 / 60, abs=0.1)


def test_the_heartbeat_counts_seconds():
    bench = Bench()
    begin = bench.get(715, "DERHb")
    bench.run(10)
    assert bench.get(715, "DERHb") - begin == 10
    assert bench.set(715, "ControllerHb", 77) == 0 and bench.get(715, "ControllerHb") == 77


def test_half_a_point_and_a_mixed_write_change_nothing():
    bench = Bench()
    address, _, _ = bench._place(704, "WSet")
    bank = bench.device.bank
    before = bank.read(3, bank.base, 1400)
    assert bank.write(6, address, [1]) == ILLEGAL_VALUE                  # half of WSet
    assert bank.write(16, address + 6, [1, 0, 5, 0, 0]) == ILLEGAL_ADDRESS   # runs into WSetRvrtRem
    assert bank.write(16, address - 2, [1, 1, 0x7FFF, 0xFFFF]) == ILLEGAL_VALUE
    assert bank.write(5, address, [1]) == 1
    assert bank.read(3, bank.base, 1400) == before
    assert bank.read(4, bank.base, 2) is None and bank.read(3, bank.base - 1, 2) is None


def test_a_single_phase_device_shows_no_other_phases():
    bench = Bench(phases=1, phase=1)
    bench.set(704, "WSet", 2300)
    bench.set(704, "WSetEna", 1)
    bench.run(1)
    assert bench.device.p_inj_w == pytest.approx((0, 2300, 0), abs=1)
    assert bench.get(701, "ACType") == 0 and bench.get(701, "WL1") == pytest.approx(2300, abs=1)
    assert bench.get(701, "AL1") == pytest.approx(10, abs=0.01)
    assert bench.get(701, "WL2") is None and bench.get(701, "LLV") is None


def test_the_virtual_world_serves_its_bank_like_any_other():
    bench = Bench()
    bank = FaultyBank(bench.device.bank)
    walk = ChainWalk()
    while walk.read() is not None:
        address, count = walk.read()
        response = answer(struct.pack(">BHH", 3, address, count), bank)
        walk.take(None if response[0] & 0x80 else struct.unpack(">%dH" % count, response[2:]))
    assert walk.fault is None and sorted(walk.found()) == [1, *range(701, 716), 802]
    address = walk.found()[715][0] + 5      # ControllerHb
    assert answer(struct.pack(">BHHBHH", 16, address, 2, 4, 0, 99), bank)[0] == 16
    assert bench.get(715, "ControllerHb") == 99
