"""How long one round on a bus takes, planned from the profiles of the devices on it.

Not its job: the order on the bus (drivers/bus.py), what may not be longer than what (config_rules.py). Only reading a
configuration needs it; a board forgets it.
Source: frame lengths of MODBUS over Serial Line V1.02 §2.5.1 and the application protocol 1.1b3; ours for TCP.
"""

TCP_EXCHANGE_MS = 20    # ours: request and answer on a local network, the device's own time in it
TURNAROUND_MS = 5       # ours: of a device on a line and its converter, for each exchange; slow devices take more
READ_CHARACTERS = 13    # unit, function and CRC twice; address and count; byte count
WRITE_CHARACTERS = {6: 16, 16: 17}      # by function, without the registers that function 16 carries
WIDE = ("uint32", "int32", "float32")


def round_ms(bus, profiles):
    """Time of one round, ms: every control read and one setpoint of every device, with the gaps between them.

    bus: its section (transport, baud); profiles: of all devices on it.
    """
    total_ms, gaps_ms, count = 0, 0, 0
    for profile in profiles:
        exchanges_ms = _reads_ms(bus, profile) + _writes_ms(bus, profile)
        total_ms += sum(exchanges_ms)
        gaps_ms += 2 * profile["transport"]["gap_ms"] * len(exchanges_ms)   # before and after, if nobody shares it
        count += len(exchanges_ms)
    return total_ms + min(gaps_ms, count * _longest_gap_ms(profiles))


def longest_age_ms(bus, profiles):
    """How old, ms, a value gets between two turns of its device while all setpoints change all the time.

    That is every control read and one slow block with a write after each; a device with gaps gives its own place for
    the slow block.
    """
    reads_ms = [_reads_ms(bus, profile) for profile in profiles]
    slow_ms = [_read_ms(bus, block) for profile in profiles if not profile["transport"]["gap_ms"]
               for block in profile["blocks"] if block[4] != "control"]
    write_ms = max([0] + [longest for profile in profiles for longest in _writes_ms(bus, profile)])
    gaps_ms = sum([2 * profile["transport"]["gap_ms"] * len(own) for profile, own in zip(profiles, reads_ms)])
    count = sum([len(own) for own in reads_ms]) + (1 if slow_ms else 0)
    turnaround_ms = 0 if bus.transport == "tcp" else TURNAROUND_MS
    return (sum([sum(own) for own in reads_ms]) + max([0] + slow_ms) + count * write_ms
            + min(gaps_ms, 2 * count * _longest_gap_ms(profiles)) + 2 * count * turnaround_ms)


def control_age_ms(profile):
    """Shortest age, ms, up to which a value of its control-critical blocks is good."""
    blocks = [block[0] for block in profile["blocks"] if block[4] == "control"]
    return min([row[7] for row in profile["points"] if row[1] in blocks])


def power_age_ms(profile):
    """Age, ms, from which on a charger's or battery's power counts as unknown."""
    return [row[7] for row in profile["points"] if row[0] == "p_ac_w"][0]


def _longest_gap_ms(profiles):
    return max([0] + [profile["transport"]["gap_ms"] for profile in profiles])


def _reads_ms(bus, profile):
    return [_read_ms(bus, block) for block in profile["blocks"] if block[4] == "control"]


def _writes_ms(bus, profile):
    if not profile["control"]:
        return []
    setpoint_ms, order_ms = [[_write_ms(bus, profile, step) for step in profile["control"].get(name, ())]
                             for name in ("set", "form")]
    return order_ms if sum(order_ms) > sum(setpoint_ms) else setpoint_ms    # never both


def _read_ms(bus, block):
    return _exchange_ms(bus, READ_CHARACTERS + 2 * block[3])


def _write_ms(bus, profile, step):
    function, point, items = step
    kinds = [row[3] for row in profile["points"] if row[0] == point]
    registers = len(items) * (2 if kinds[0] in WIDE else 1)
    return _exchange_ms(bus, WRITE_CHARACTERS[function] + (2 * registers if function == 16 else 0))


def _exchange_ms(bus, characters):
    if bus.transport == "tcp":
        return TCP_EXCHANGE_MS
    return characters * character_bits(bus) * 1000 / bus.baud


def character_bits(bus):
    """Bits of one character on a line: start, eight, parity where there is one, stop."""
    return 9 + (bus.parity != "none") + bus.stop_bits
