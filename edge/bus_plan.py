"""How long a round on a bus takes and how old values get, planned from the profiles of the devices on it.

Not its job: the order on the bus (drivers/bus.py, drivers/line_bus.py), what may not be longer than what (config_rules.py).
Only reading a configuration needs it; a board forgets it.
Source: frame lengths of MODBUS over Serial Line V1.02 §2.5.1 and the application protocol 1.1b3; ours for TCP. A line is
planned as line_bus.py and line_client.py treat it; tests/fault/test_line_ages.py measures it within a tenth.
"""
from protocols.modbus.line_times import HELD_PCT, WRITES_MAX, silence_ms

TCP_EXCHANGE_MS = 20    # ours: request and answer on a local network, the device's own time in it
TURNAROUND_MS = 5       # ours: of a device on a line and its converter, for each exchange; slow devices take more
READ_CHARACTERS = 13    # unit, function and CRC twice; address and count; byte count
WRITE_CHARACTERS = {6: 16, 16: 17}      # by function, without the registers that function 16 carries
WIDE = ("uint32", "int32", "float32")
# What devices on a line can usually be set to.
BAUDS = (2400, 4800, 9600, 19200, 38400, 57600, 115200)
# A rate is worth recommending where values are no older than this part of what they are good for.
ROOM_RATIO = 0.75


def round_ms(bus, profiles):
    """Time of one round, ms: every control read and one setpoint of every device, with the silences before them.

    bus: its section (transport, baud, parity, stop_bits); profiles: of all devices on it.
    """
    total_ms = 0
    for profile in profiles:
        exchanges_ms = _reads_ms(bus, profile) + _writes_ms(bus, profile)
        total_ms += sum(exchanges_ms) + _gap_ms(profile) * len(exchanges_ms)
    return total_ms


def longest_age_ms(bus, profiles):
    """How old, ms, a control-critical value gets before its device's next answer, while all setpoints change all the time.

    That is every control read with its silence, one slow block and a write after each of them; on a line a unit is written
    to twice at most while another one waits for its silence.
    """
    reads_ms = [read_ms for profile in profiles for read_ms in _reads_ms(bus, profile)]
    gaps_ms = sum([_gap_ms(profile) * len(_reads_ms(bus, profile)) for profile in profiles])
    longest_gap_ms = max([0] + [_gap_ms(profile) for profile in profiles])
    slow_ms = max([0] + [_slow_ms(bus, profile) for profile in profiles])
    write_ms = max([0] + [longest for profile in profiles for longest in _writes_ms(bus, profile)])
    writes = len(reads_ms) + (slow_ms > 0)
    if bus.transport == "tcp":
        gaps_ms *= 2        # a write in the middle of a silence begins it anew
    elif longest_gap_ms:
        writes = min(writes, WRITES_MAX * len([profile for profile in profiles if _writes_ms(bus, profile)]))
        gaps_ms += HELD_PCT * longest_gap_ms / 100
    return sum(reads_ms) + gaps_ms + slow_ms + writes * write_ms


def advice(bus, profiles):
    """(lowest rate at which the line has room to spare, its age in ms), or None where no rate gives that.

    bus: as for round_ms; profiles: of all devices on it, one at least.
    """
    good_ms = min([control_age_ms(profile) for profile in profiles])
    for baud in BAUDS:
        age_ms = longest_age_ms(_Rate(bus, baud), profiles)
        if age_ms <= ROOM_RATIO * good_ms:
            return baud, age_ms
    return None


def proxied_registers(bus, profiles, profile):
    """Most registers one read of the proxy from a device may have without making any value older than it is good for;
    0 to 125. A proxied read takes the place of a slow block.

    profiles: of all devices on the bus; profile: of the one that is read.
    """
    good_ms = min([control_age_ms(other) for other in profiles])
    slow_ms = max([0] + [_slow_ms(bus, other) for other in profiles])
    room_ms = good_ms - longest_age_ms(bus, profiles) + slow_ms - _gap_ms(profile)
    if bus.transport == "tcp":
        return 125 if room_ms >= TCP_EXCHANGE_MS else 0
    registers = int((room_ms - _exchange_ms(bus, READ_CHARACTERS)) / (2 * character_ms(bus)))
    return max(0, min(registers, 125))


def control_age_ms(profile):
    """Shortest age, ms, up to which a value of its control-critical blocks is good."""
    blocks = [block[0] for block in profile["blocks"] if block[4] == "control"]
    return min([row[7] for row in profile["points"] if row[1] in blocks])


def power_age_ms(profile):
    """Age, ms, from which on a charger's or battery's power counts as unknown."""
    return [row[7] for row in profile["points"] if row[0] == "p_ac_w"][0]


def character_bits(bus):
    """Bits of one character on a line: start, eight, parity where there is one, stop."""
    return 9 + (bus.parity != "none") + bus.stop_bits


def character_ms(bus):
    """Time of one character on a line, ms."""
    return character_bits(bus) * 1000 / bus.baud


class _Rate:
    """A bus at another rate."""

    def __init__(self, bus, baud):
        self.transport, self.parity, self.stop_bits, self.baud = bus.transport, bus.parity, bus.stop_bits, baud


def _gap_ms(profile):
    return profile["transport"]["gap_ms"]


def _reads_ms(bus, profile):
    return [_read_ms(bus, block[3]) for block in profile["blocks"] if block[4] == "control"]


def _slow_ms(bus, profile):
    """What the longest slow block of a device adds to a round. A unit that wants silence is asked for it in one read with
    the control-critical block beside it, or instead of that one: then its values, which may be old, get older than this."""
    longest_ms = 0
    control = [block for block in profile["blocks"] if block[4] == "control"]
    for block in profile["blocks"]:
        if block[4] == "control":
            continue
        added_ms = _read_ms(bus, block[3])
        if _gap_ms(profile):
            beside = [row for row in control if row[1] == block[1] and row[2] + row[3] == block[2]]
            added_ms = 2 * block[3] * character_ms(bus) if beside and bus.transport != "tcp" else 0
        longest_ms = max(longest_ms, added_ms)
    return longest_ms


def _writes_ms(bus, profile):
    if not profile["control"]:
        return []
    setpoint_ms, order_ms = [[_write_ms(bus, profile, step) for step in profile["control"].get(name, ())]
                             for name in ("set", "form")]
    return order_ms if sum(order_ms) > sum(setpoint_ms) else setpoint_ms    # never both


def _read_ms(bus, registers):
    return _exchange_ms(bus, READ_CHARACTERS + 2 * registers)


def _write_ms(bus, profile, step):
    function, point, items = step
    kinds = [row[3] for row in profile["points"] if row[0] == point]
    registers = len(items) * (2 if kinds[0] in WIDE else 1)
    return _exchange_ms(bus, WRITE_CHARACTERS[function] + (2 * registers if function == 16 else 0))


def _exchange_ms(bus, characters):
    if bus.transport == "tcp":
        return TCP_EXCHANGE_MS
    return characters * character_ms(bus) + TURNAROUND_MS + silence_ms(bus.baud, character_bits(bus))
