"""Faults at the bank and on the link do what they say, and nothing once they are off.

Not its job: what a gateway makes of them (tests/fault).
Source: ours.
"""

from host_sim.faults import CONTENDED, EXCEPTION, FROZEN, GARBLED, LATE, PARTIAL, SILENT, FaultyBank, LinkFaults
from host_sim.plant.devices import profile_named
from host_sim.plant.registers import RegisterBank

ANSWER = bytes(range(40))


def charger_bank():
    bank = RegisterBank(profile_named("sim-four-quadrant"))
    return bank, FaultyBank(bank)


def test_without_a_fault_the_bank_is_untouched():
    bank, faulty = charger_bank()
    bank.set("p_ac_w", 1234)
    assert faulty.read(3, 108, 1) == [1234] and faulty.write(6, 122, [5]) == 0
    assert faulty.read(3, 9999, 1) is None and faulty.write(6, 9999, [1]) == 2


def test_frozen_registers_repeat_themselves_until_the_fault_ends():
    bank, faulty = charger_bank()
    bank.set("heartbeat", 1)
    faulty.set(FROZEN)
    for beat in (1, 2, 3):
        bank.set("heartbeat", beat)
        assert faulty.read(3, 116, 1) == [1]
    faulty.set(None)
    assert faulty.read(3, 116, 1) == [3]


def test_exceptions_answer_reads_and_writes():
    bank, faulty = charger_bank()
    faulty.set(EXCEPTION, code=6)
    assert faulty.read(3, 100, 25) is None and faulty.write(16, 122, [1, 1]) == 6
    assert bank.get("p_set_w") == 0


def test_another_master_overwrites_each_of_our_setpoints():
    bank, faulty = charger_bank()
    faulty.set(CONTENDED, theirs=((16, 122, [0xFC18, 0]),))
    assert faulty.write(16, 122, [3000, 100]) == 0
    assert bank.get("p_set_w") == -1000 and bank.get("q_set_var") == 0


def test_link_faults():
    link = LinkFaults()
    assert link.apply(ANSWER) == (0, ANSWER)
    link.set(LATE, late_ms=250)
    assert link.apply(ANSWER) == (250, ANSWER)
    link.set(PARTIAL)
    assert link.apply(ANSWER) == (0, ANSWER[:20])
    link.set(SILENT)
    assert link.apply(ANSWER) is None
    link.set(None)
    assert link.apply(ANSWER) == (0, ANSWER)


def test_garbling_flips_one_bit_here_and_there_and_repeats_exactly():
    first, second = LinkFaults(), LinkFaults()
    first.set(GARBLED)
    second.set(GARBLED)
    places = set()
    for _ in range(20):
        _, seen = first.apply(ANSWER)
        assert (0, seen) == second.apply(ANSWER)
        changed = [(at, a ^ b) for at, (a, b) in enumerate(zip(ANSWER, seen)) if a != b]
        assert len(changed) == 1 and bin(changed[0][1]).count("1") == 1
        places.add(changed[0][0])
    assert len(places) > 5
