"""The real gateway finds its way through an emulated SunSpec inverter, controls it and loses it.

Not its job: native functions (test_sunspec_native.py), the registers (unit tests of the inverter).
Source: SunSpec model 704 for setpoint and reversion.
"""

import pytest

from tests.sim.sunspec_bench import Bench
from tools.gateway import replay


def test_the_models_are_found_and_the_setpoint_reaches_the_terminals():
    bench = Bench(control={"p_default_w": -2500, "ramp_w_s": 50000})
    bench.run(10000)
    assert bench.session == "controlling" and bench.reader.fault is None
    assert bench.device.p_w == pytest.approx(-2500, abs=20)
    view = bench.der.view
    assert view.p_ac_w == pytest.approx(-2500, abs=20) and view.f_hz == pytest.approx(60, abs=0.001)
    assert view.v_mean_pu == pytest.approx(1.0, abs=0.001) and view.soc_pct == pytest.approx(50, abs=0.1)
    assert view.plugged and view.s_max_va == 10000
    assert bench.device.bank.get(704, "WSetRvrtTms") == 5


@pytest.mark.parametrize("base", (0, 50000))
def test_the_chain_may_begin_elsewhere(base):
    bench = Bench(control={"p_default_w": -1000, "ramp_w_s": 50000})
    bank = bench.device.bank
    bank._by_address = {field.at + base: field for field in bank.fields.values() if not field.is_text}
    bank.base = base
    bench.run(10000)
    assert bench.device.p_w == pytest.approx(-1000, abs=20)


def test_a_dead_gateway_leaves_the_device_at_zero():
    bench = Bench(control={"p_default_w": -2500, "ramp_w_s": 50000})
    bench.run(10000)
    bench.run(4000, is_gateway_alive=False)
    assert bench.device.p_w == pytest.approx(-2500, abs=20), "not before its reversion time"
    bench.run(4000, is_gateway_alive=False)
    assert bench.device.p_w == pytest.approx(0, abs=5)


def test_a_clean_stop_gives_it_back():
    bench = Bench(control={"p_default_w": -2500, "ramp_w_s": 50000})
    bench.run(10000)
    bench.site.stop()
    bench.run(8000)
    assert bench.site.exit_code == 0 and bench.device.bank.get(704, "WSetEna") == 0
    bench.run(1000, is_gateway_alive=False)
    assert bench.device.p_w == pytest.approx(0, abs=5)


def test_vars_are_written_only_where_the_gateway_owns_them():
    wape = Bench(grid={"q_mode": "wape"}, wape={"enabled": True, "tau_s": 10})
    wape.v_pu = 0.95
    wape.run(40000)
    assert wape.device.bank.get(704, "VarSetEna") == 1
    assert wape.device.q_var > 1000
    unity = Bench()
    unity.run(10000)
    assert unity.session == "controlling" and unity.device.bank.get(704, "VarSetEna") == 0


def test_after_a_lost_link_the_device_is_found_anew_even_elsewhere():
    bench = Bench(control={"p_default_w": -2500, "ramp_w_s": 50000})
    bench.run(10000)
    bank = bench.device.bank
    bank._by_address = {field.at: field for field in bank.fields.values() if not field.is_text}
    bank.base = 0
    bench.site.close("bus:lan")
    bench.run(15000)
    assert bench.session == "controlling" and bench.device.p_w == pytest.approx(-2500, abs=20)


def registers_changed(bench, places):
    """Registers as the wire shows them, whatever the device means. places: {offset in the bank: value}."""
    for at, value in places.items():
        bench.device.bank._registers[at] = value


@pytest.mark.parametrize("spoil, reason", (
    (lambda bench: registers_changed(bench, {0: 0}), "no SunSpec header at 40000, 0 or 50000"),
    (lambda bench: registers_changed(bench, {bench.device.bank.fields[704, "PFWInjEna"].at - 2: 64999}), "model 704 is missing"),
    (lambda bench: registers_changed(bench, {bench.device.bank.fields[701, "W_SF"].at: 77}), "701.W_SF = 77: allowed -10..10"),
    (lambda bench: registers_changed(bench, {bench.device.bank.fields[704, "WSet_SF"].at: 0x8000}),
     "704.WSet_SF is not implemented: p_set_w has no scale"),
    (lambda bench: registers_changed(bench, {bench.device.bank.fields[704, "WSetEna"].at: 0xFFFF}),
     "owner is unknown: allowed 0..1"),
))
def test_what_is_missing_is_named_and_nothing_is_written(spoil, reason):
    bench = Bench()
    bench.device.step(0, 20, (240.0,) * 3, 60.0)
    spoil(bench)
    before = list(bench.device.bank._registers[800:])
    bench.device.bank.write = lambda *_: pytest.fail("written")
    for _ in range(1000):
        bench.site.run(20)
    assert bench.session == "refused"
    assert bench.reader.fault == reason
    assert list(bench.device.bank._registers[800:]) == before


def test_a_replay_finds_layout_and_scales_in_the_journal(tmp_path):
    bench = Bench(grid={"code": "ieee1547-b-iii", "q_mode": "wape"}, wape={"enabled": True, "tau_s": 10},
                  control={"ramp_w_s": 1000}, journal={"segment_bytes": 20000, "segments": 50})
    for step in range(12):
        bench.v_pu = 0.96 + 0.005 * step
        bench.run(10000)
        if step == 6:
            bench.site.close("bus:lan")
    bench.site.stop()
    bench.run(8000)
    for name, data in bench.site.ports.store.files.items():
        (tmp_path / name).write_bytes(data)
    result = replay.replay_files(str(tmp_path))
    assert result.ticks > 1000 and result.registers > 5000 and not result.damage
    assert result.differences == []
    (tmp_path / "journal-0").unlink()       # only the keyframes tell the layout from here on
    later = replay.replay_files(str(tmp_path))
    assert 500 < later.ticks < result.ticks and later.differences == []
