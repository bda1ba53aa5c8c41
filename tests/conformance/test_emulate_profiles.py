"""Every shipped profile, emulated by `v2g emulate` in a process of its own and driven by pymodbus' client.

Not its job: our own client and driver (they have their tests against the same servers).
Source: the profiles. Values go through pymodbus' own conversion, so neither of our encoders judges itself.
"""

import json
import select
import signal
import subprocess
import sys
import time

import pytest
from pymodbus.client import ModbusTcpClient

from host_sim.plant.devices import profile_named
from protocols.profiles import NAMES

PATIENCE_S = 60        # for anything that a busy machine may delay; never for what is being measured
WATCHDOG_S = 3
UNIT = 1
TYPES = {
    "uint16": "UINT16", "enum16": "UINT16", "bits16": "UINT16", "int16": "INT16", "uint32": "UINT32",
    "int32": "INT32", "float32": "FLOAT32",
}
# A SunSpec device tells where its points lie: test_sunspec_der.py asks it.
PLAIN = [name for name in NAMES if "sunspec" not in profile_named(name)]
CONTROLLED = [name for name in PLAIN if profile_named(name)["kind"] in ("charger", "bes")]
# Those that take signed watts both ways from an owner, and those that have habits of their own.
OWNED = [name for name in CONTROLLED if "owner" in [row[0] for row in profile_named(name)["points"]]]
OTHERS = [name for name in CONTROLLED if name not in OWNED]
GUARDED = [name for name in CONTROLLED if profile_named(name)["watchdog"] is not None]
# How fast the emulated clock runs and how long the watchdog may be there.
SPEED = {"wallbox-quasar-1": 10}


class Master:
    """Reads and writes points of one emulated profile through pymodbus."""

    def __init__(self, name, port):
        self.profile = profile_named(name)
        self.rows = {row[0]: row for row in self.profile["points"]}
        self.client = ModbusTcpClient("127.0.0.1", port=port, timeout=PATIENCE_S, retries=0)
        assert self.client.connect()

    def base(self, block):
        """What the first instance adds to the addresses of a block."""
        own = {row[0]: row[1] for row in self.profile.get("strides", ())}
        return own.get(block, self.profile["instances"][2])

    def block(self, wanted):
        """Registers of a block by address."""
        _, function, address, count, _ = next(row for row in self.profile["blocks"] if row[0] == wanted)
        address += self.base(wanted)
        read = self.client.read_input_registers if function == 4 else self.client.read_holding_registers
        answer = read(address, count=count, device_id=UNIT)
        assert not answer.isError(), answer
        return dict(zip(range(address, address + count), answer.registers))

    def convert(self, kind):
        return {"data_type": self.client.DATATYPE[TYPES[kind]],
                "word_order": "little" if self.profile["transport"]["word_order"] == "low_first" else "big"}

    def get(self, point):
        """Value of a point in our sign and unit."""
        _, block, address, kind, scale, _, sign, _ = self.rows[point]
        registers = self.block(block)
        address += self.base(block)
        count = self.client.DATATYPE[TYPES[kind]].value[1]
        words = [registers[address + offset] for offset in range(count)]
        value = self.client.convert_from_registers(words, **self.convert(kind))
        return dict(self.profile["states"])[value] if point == "state" else value * scale * sign

    def play(self, sequence, **variables):
        """Writes one control sequence."""
        by_address = {row[2] + self.base(row[1]): row for row in self.profile["points"] if row[1] in self.writable_blocks()}
        for function, first, values in self.profile["control"][sequence]:
            address = self.rows[first][2] + self.base(self.rows[first][1])
            words = []
            for value in values:
                _, _, _, kind, scale, _, sign, _ = by_address[address + len(words)]
                raw = round(variables.get(value, value) / scale * sign)
                words += self.client.convert_to_registers(raw, **self.convert(kind))
            if function == 6:
                answer = self.client.write_register(address, words[0], device_id=UNIT)
            else:
                answer = self.client.write_registers(address, words, device_id=UNIT)
            assert not answer.isError(), (sequence, first, answer)

    def writable_blocks(self):
        return [None] + [row[0] for row in self.profile["blocks"] if row[1] == 3]

    def wait(self, point, low, high, keep=None):
        """Waits until a point lies in low..high, playing `keep` meanwhile; returns its value."""
        end_s = time.monotonic() + PATIENCE_S
        value = None
        while time.monotonic() < end_s:
            value = self.get(point)
            if low <= value <= high:
                return value
            if keep:
                keep()
            time.sleep(0.05)
        raise AssertionError(f"{point} = {value}, never in {low}..{high}")


@pytest.fixture
def emulated():
    """Starts `v2g emulate` and gives a Master for it; every process must end with 0 on SIGTERM."""
    started = []

    def start(name, *options):
        command = [sys.executable, "-m", "tools.cli", "emulate", name, "--port", "0", "--json", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        assert select.select([process.stdout], [], [], PATIENCE_S)[0], "no `ready`"
        ready = json.loads(process.stdout.readline())
        assert ready["ready"] is True
        return Master(name, ready["port"])

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, errors
        assert errors == ""


@pytest.mark.parametrize("name", PLAIN)
def test_it_identifies_itself_and_every_block_can_be_read(name, emulated):
    master = emulated(name)
    for point, low, high in master.profile["identify"]:
        assert low <= master.get(point) <= high, point
    for block, _, _, count, _ in master.profile["blocks"]:
        assert len(master.block(block)) == count
    if "v_an_v" in master.rows:     # a control box measures nothing
        assert master.get("v_an_v") == pytest.approx(230, abs=0.5)


def test_a_control_box_shows_its_limit_and_that_it_lives(emulated):
    master = emulated("sim-control-box", "--dim", "4200")
    assert master.get("is_active") == 1 and master.get("p_import_max_w") == 4200
    assert master.get("p_export_max_w") == 0xFFFFFFFF, "none in that direction"
    beat = master.get("heartbeat")
    master.wait("heartbeat", beat + 1, beat + 100)


@pytest.mark.parametrize("name", OWNED)
def test_take_set_and_stop_move_the_power_and_give_lets_it_go(name, emulated):
    speed = SPEED.get(name, 1)
    near_w = 20 + profile_named(name)["dynamics"]["standby_w"]
    master = emulated(name, "--speed", str(speed))
    master.play("take", watchdog_s=30)
    assert master.get("owner") == 1 and master.get("watchdog_s") == 30
    for p_w, state in ((-3000, "charging"), (2500, "discharging")):
        def keep():
            master.play("set", p_w=p_w, q_var=1200)
        keep()
        assert master.get("p_set_w") == p_w
        master.wait("p_ac_w", p_w - near_w, p_w + near_w, keep)
        assert master.get("state") == state
        if master.profile["control"]["q_form"] == "signed_var":
            master.wait("q_ac_var", 1180, 1220, keep)
    soc_pct = master.get("soc_pct")
    assert 45 < soc_pct <= 51
    master.play("stop")
    master.wait("p_ac_w", -near_w, near_w)
    master.play("give")
    assert master.get("owner") == 0


def charging(p_w):
    """Charging with p_w in every form of control: three phases of 230 V, 11 kW rated."""
    return {"p_w": -p_w, "q_var": 0, "p_pct": -p_w / 110, "i_a": -p_w / 690}


@pytest.mark.parametrize("name", OTHERS)
def test_devices_of_other_makers_are_told_in_their_own_way(name, emulated):
    master = emulated(name, "--speed", "5")
    master.play("take", watchdog_s=30)
    master.play("set", **charging(3300))
    master.wait("p_ac_w", -3330, -3270, lambda: master.play("set", **charging(3300)))
    assert master.get("state") == "charging"
    master.play("stop")
    master.wait("p_ac_w", -20, 20)
    master.play("give")
    if profile_named(name)["control"]["zero"] == "forbidden":
        assert master.get("p_set_w") != 0, "stopped without it"


@pytest.mark.parametrize("name", GUARDED)
def test_a_silent_master_ends_the_power_when_the_watchdog_says_so(name, emulated):
    speed = SPEED.get(name, 1)
    near_w = 40 + profile_named(name)["dynamics"]["standby_w"]
    master = emulated(name, "--speed", str(speed))
    watchdog_s = WATCHDOG_S * speed
    master.play("take", watchdog_s=watchdog_s)

    def keep():
        nonlocal written_s
        written_s = time.monotonic()
        master.play("set", **charging(3000))

    written_s = None
    keep()
    master.wait("p_ac_w", -3000 - near_w, -3000 + near_w, keep)
    keep()
    # Nothing is written from here on: power stays until the watchdog fires, and is gone soon after.
    while time.monotonic() - written_s < 0.5 * WATCHDOG_S:
        p_w = master.get("p_ac_w")
        if time.monotonic() - written_s < 0.5 * WATCHDOG_S:
            assert p_w < -2900
        time.sleep(0.1)
    master.wait("p_ac_w", -near_w, near_w)
    assert time.monotonic() - written_s >= 0.9 * WATCHDOG_S


def test_a_transfer_switch_follows_its_orders_and_without_a_gateway_goes_back_to_the_grid(emulated):
    master = emulated("sim-transfer-switch")
    master.play("take", watchdog_s=WATCHDOG_S)
    master.play("set", close=0, bond=0, circuits=5)
    for point in ("open_a", "open_n", "series_open"):
        master.wait(point, 1, 1)
    assert master.get("close_cmd") == 0 and master.get("circuits_cmd") == 5
    # Silence from here on: the watchdog closes it again, every circuit on.
    for point in ("open_a", "open_n", "series_open"):
        master.wait(point, 0, 0)
    assert master.get("circuits_on") == 0x0FFF and master.get("bond_closed") == 0


def test_a_home_battery_says_what_it_does(emulated):
    master = emulated("sim-home-battery")
    assert 0 <= master.get("soc_pct") <= 100 and master.get("e_capacity_wh") == 10000
    assert abs(master.get("p_battery_w")) <= 5000


def test_without_a_vehicle_a_charger_does_nothing(emulated):
    master = emulated("sim-four-quadrant", "--unplugged")
    master.play("take", watchdog_s=30)
    master.play("set", p_w=-3000, q_var=0)
    time.sleep(0.5)
    assert master.get("p_ac_w") == 0 and master.get("state") == "no_vehicle"


def test_the_grid_and_the_charge_are_what_was_asked_for(emulated):
    master = emulated("sim-four-quadrant", "--voltage", "239.6", "--soc", "77.5", "--frequency", "49.9")
    assert master.get("v_cn_v") == pytest.approx(239.6, abs=0.011)
    assert master.get("soc_pct") == pytest.approx(77.5) and master.get("f_hz") == pytest.approx(49.9)


def test_the_meter_sees_the_house_draw_power(emulated):
    master = emulated("eastron-sdm630")
    assert master.get("p_pcc_w") == pytest.approx(-600) and master.get("p_a_w") == pytest.approx(-200)


def test_ready_is_the_whole_first_line_without_json():
    process = subprocess.Popen([sys.executable, "-m", "tools.cli", "emulate", "sim-pv", "--port", "0"],
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("arguments, says", (
    (["nonsense"], "allowed " + ", ".join(NAMES)),
    ([], "a profile is needed"), (["sim-pv", "--unit", "248"], "allowed 1..247"),
    (["sim-pv", "--port", "70000"], "allowed 0..65535"), (["sim-bes", "--soc", "101"], "allowed 0..100"),
))
def test_bad_arguments_are_refused_with_what_is_allowed(arguments, says):
    done = subprocess.run([sys.executable, "-m", "tools.cli", "emulate", *arguments], capture_output=True, text=True)
    assert done.returncode == 2 and says in done.stderr and done.stdout == ""


def test_the_list_names_every_profile_with_its_status():
    done = subprocess.run([sys.executable, "-m", "tools.cli", "emulate", "--list", "--json"],
                          capture_output=True, text=True, check=True)
    assert [row["name"] for row in json.loads(done.stdout)] == list(NAMES)
    assert all(row["status"] for row in json.loads(done.stdout))
