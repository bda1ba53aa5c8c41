"""RegisterBank against registers worked out by hand from the manuals' formats.

Not its job: what a device does with what is written (test_plant_charger).
Source: IEEE 754 single precision; Modbus application protocol 1.1b3 section 7 for exception codes.
"""

import struct

import pytest

from host_sim.plant.devices import profile_named
from host_sim.plant.registers import RegisterBank
from protocols.modbus.server import ModbusServer
from protocols.modbus.tcp import TcpFraming


def bank_of(name):
    return RegisterBank(profile_named(name))


# Big-endian single precision, worked out by hand: 230.0 = 0x43660000, 230.2 = 0x43663333, 50.0 = 0x42480000,
# 1000.0 = 0x447A0000, 12.345 = 0x4145851F.
SDM630_VECTORS = (
    ("v_an_v", 230.0, 4, 0, [0x4366, 0x0000]),
    ("v_cn_v", 230.2, 4, 4, [0x4366, 0x3333]),
    ("p_pcc_w", -1000.0, 4, 52, [0x447A, 0x0000]),      # 1 kW import: the meter counts it positive
    ("p_b_w", 1000.0, 4, 14, [0xC47A, 0x0000]),
    ("f_hz", 50.0, 4, 70, [0x4248, 0x0000]),
    ("e_import_wh", 12345.0, 4, 72, [0x4145, 0x851F]),  # kWh in the meter
    ("wiring", 3, 3, 10, [0x4040, 0x0000]),
)


@pytest.mark.parametrize("point, value, function, address, registers", SDM630_VECTORS)
def test_sdm630_floats_both_ways(point, value, function, address, registers):
    bank = bank_of("eastron-sdm630")
    bank.set(point, value)
    assert bank.read(function, address, 2) == registers
    assert bank.get(point) == pytest.approx(value, rel=1e-6)


INTEGER_VECTORS = (
    ("sim-four-quadrant", "v_an_v", 239.6, 3, 101, [23960]),
    ("sim-four-quadrant", "p_ac_w", -3400, 3, 108, [0xF2B8]),         # charging: negative in our own map
    ("sim-four-quadrant", "soc_pct", 55.58, 3, 110, [556]),
    ("sim-four-quadrant", "state", "discharging", 3, 100, [3]),
    ("sim-four-quadrant", "e_import_wh", 0x12345, 3, 200, [0x0001, 0x2345]),
    ("evtec-bidipro-10", "p_set_w", 5000, 3, 186, [0xFFFF, 0xEC78]),  # discharging: negative in the EVtec
    ("evtec-bidipro-10", "p_ac_w", -1000, 3, 110, [0x447A, 0x0000]),  # charging: positive
    ("evtec-bidipro-10", "p_discharge_max_w", 1000, 3, 122, [0xC47A, 0x0000]),     # offered: below nothing
    ("evtec-bidipro-10", "soc_pct", 42, 3, 112, [0, 420]),            # per mille
    ("evtec-bidipro-10", "model_id", 0x6372656D, 3, 26, [0x6372, 0x656D]),         # "crem"; there once, not by connector
    ("ambibox-ambicharge", "p_set_w", -2500, 3, 3000, [0xFFFF, 0xF63C]),           # charging: negative
    ("ambibox-ambicharge", "p_ac_w", -2500, 4, 4018, [0, 2500]),      # and the same power positive
    ("ambibox-ambicharge", "v_an_v", 230.0, 4, 4012, [0x4366, 0x0000]),
    ("ambibox-ambicharge", "state", "charging", 4, 4082, [0, 5]),     # the loop of the session
    ("sigenergy-evdc", "p_set_w", -3000, 3, 41002, [0, 3000]),
    ("sigenergy-evdc", "p_ac_w", -7000, 4, 31502, [0, 7000]),
    ("sigenergy-evdc", "e_import_wh", 12340, 4, 31519, [0, 1234]),    # tens of watt-hours
    ("sigenergy-evdc", "soc_pct", 55.5, 4, 31504, [555]),
    ("carlo-gavazzi-em24", "v_an_v", 230.1, 3, 0, [2301, 0]),         # low word first
    ("carlo-gavazzi-em24", "p_pcc_w", -1234.5, 3, 40, [12345, 0]),    # import counts positive
    ("carlo-gavazzi-em24", "p_pcc_w", 1234.5, 3, 40, [0xCFC7, 0xFFFF]),
    ("carlo-gavazzi-em340", "i_a_a", 12.345, 4, 12, [12345, 0]),
    ("carlo-gavazzi-em340", "e_export_wh", 1200, 4, 78, [12, 0]),     # tenths of kWh
    ("carlo-gavazzi-em24-e1", "f_hz", 50.0, 3, 51, [500]),
    ("generic-charger-a", "i_set_a", -16.0, 3, 20, [160]),
    ("generic-charger-pct", "p_set_pct", -25, 3, 20, [25]),
    ("sim-bes", "p_ac_w", 1500, 4, 1000, [0xFA24]),                   # discharging: negative in the battery's map
    ("sim-bes", "e_export_wh", 0x12345, 4, 1102, [0x2345, 0x0001]),   # low word first
    ("sim-bes", "p_charge_max_w", 6000, 4, 1013, [600]),
    ("sim-pv", "p_pv_w", 5000, 4, 10, [0, 5000]),
    ("wallbox-quasar-1", "p_ac_w", -2300, 3, 526, [2300]),            # charging: positive in the Quasar
    ("wallbox-quasar-1", "p_set_w", 2300, 3, 260, [0xF704]),
    ("wallbox-quasar-1", "v_an_v", 230.4, 3, 522, [230]),             # 1 V resolution
    ("wallbox-quasar-1", "state", "paused", 3, 537, [4]),             # idle, the first of three codes
)


@pytest.mark.parametrize("profile, point, value, function, address, registers", INTEGER_VECTORS)
def test_integers_with_scale_sign_and_word_order(profile, point, value, function, address, registers):
    bank = bank_of(profile)
    bank.set(point, value)
    assert bank.read(function, address, len(registers)) == registers


@pytest.mark.parametrize("point, value, shown", (
    ("p_ac_w", 40000, 32767), ("p_ac_w", -40000, -32768), ("v_an_v", 700.0, 655.35), ("v_an_v", -1.0, 0),
    ("e_import_wh", 1 << 33, (1 << 32) - 1),
))
def test_values_stop_at_the_ends_of_their_type(point, value, shown):
    bank = bank_of("sim-four-quadrant")
    bank.set(point, value)
    assert bank.get(point) == pytest.approx(shown, abs=1.01)


def test_unknown_is_the_sentinel_where_the_device_has_one_and_zero_elsewhere():
    bank = bank_of("sim-four-quadrant")
    bank.set("soc_pct", None)
    bank.set("v_dc_v", None)
    assert bank.read(3, 110, 2) == [0xFFFF, 0]
    assert bank.get("soc_pct") is None and bank.get("v_dc_v") == 0


def test_a_signed_point_keeps_its_sentinel():
    profile = dict(profile_named("sim-pv"), sentinels=(("q_pv_var", 0x8000), ("p_pv_w", 0x80000000)))
    bank = RegisterBank(profile)
    assert bank.read(4, 10, 3) == [0x8000, 0, 0x8000]     # unknown from the start
    assert bank.get("q_pv_var") is None and bank.get("p_pv_w") is None


def test_a_float_zero_has_no_sign():
    bank = bank_of("eastron-sdm630")
    bank.set("p_pcc_w", 0)
    assert bank.read(4, 52, 2) == [0, 0]


def test_reads_beyond_the_readable_ranges_are_refused():
    bank = bank_of("wallbox-quasar-1")
    assert bank.read(3, 519, 30) is not None
    for address, count in ((518, 2), (519, 31), (84, 6), (0, 1), (515, 1), (519, 0)):
        assert bank.read(3, address, count) is None, address
    assert bank.read(4, 519, 30) is None     # the Quasar's registers are holding registers
    assert bank.read(1, 519, 1) is None


def test_only_what_a_sequence_writes_is_writable():
    bank = bank_of("wallbox-quasar-1")
    for address in (81, 82, 83, 88, 257, 260):
        assert bank.write(6, address, [1]) == 0, address
    for address in (1, 514, 526, 537, 9999):
        assert bank.write(6, address, [1]) == 2, address
    assert bank.write(16, 81, [1, 0, 1, 9]) == 2     # 84 is not writable, so nothing of it is
    assert bank.write(5, 81, [1]) == 1


def test_on_write_gets_physical_values_and_can_refuse():
    bank = bank_of("sim-bes")
    seen = []

    def on_write(point, value):
        seen.append((point, value))
        return 4 if point == "p_set_w" and value < -5000 else 0

    bank.on_write = on_write
    assert bank.write(16, 2002, [0xFF9C, 3000]) == 0          # q -100 raw, p +3000 raw, both counted the other way
    assert seen == [("q_set_var", 100), ("p_set_w", -3000)]
    assert bank.write(6, 2003, [6000]) == 4
    assert bank.read(3, 2002, 2) == [0xFF9C, 3000]            # refused: as before


def test_instances_move_every_address():
    profile = dict(profile_named("sim-pv"), instances=(1, 4, 100, 1000))
    bank = RegisterBank(profile, instance=3)
    bank.set("p_pv_w", 70000)
    assert bank.read(4, 2110, 2) == [1, 4464]
    assert bank.read(4, 10, 2) is None
    with pytest.raises(ValueError, match="allowed 1..4"):
        RegisterBank(profile, instance=5)


def test_our_own_server_serves_a_bank_like_pymodbus_does():
    bank = RegisterBank(profile_named("sim-four-quadrant"))
    bank.set("v_an_v", 239.6)
    server = ModbusServer(TcpFraming(), {1: bank})

    def ask(pdu, unit=1):
        request = struct.pack(">HHHB", 7, 0, len(pdu) + 1, unit) + pdu
        return server.receive(0, request)[7:]

    assert ask(struct.pack(">BHH", 3, 101, 1)) == bytes((3, 2)) + struct.pack(">H", 23960)
    assert ask(struct.pack(">BHH", 3, 50, 1)) == bytes((0x83, 2))
    assert ask(struct.pack(">BHH", 6, 122, 0xFC18)) == struct.pack(">BHH", 6, 122, 0xFC18)
    assert bank.get("p_set_w") == -1000
    answer = ask(struct.pack(">BHHHHBHH", 23, 122, 2, 122, 2, 4, 700, 80))
    assert answer == bytes((23, 4)) + struct.pack(">HH", 700, 80)
    assert ask(struct.pack(">BHH", 6, 100, 1)) == bytes((0x86, 2))
    assert ask(struct.pack(">BHH", 3, 101, 1), unit=9) == b""
