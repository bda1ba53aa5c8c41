"""Anything may fail at any time, then all heals: safe at every tick, back where no fault would have led it, replayable.

Source: seeds; a failing one repeats exactly.
"""

import random

import pytest

from host_sim import faults
from protocols import auth, messages, topics
from protocols.mqtt import packet
from tests.fault import invariants
from tests.fault.bench import FINE, GARBAGE, HANGING, LOGIN_REFUSED, MUTE, OPEN, REFUSED, VPP, FaultSite
from tests.portable import fake_site
from tools.gateway import journal_file
from tools.gateway.replay import Replay

KEY = bytes(range(16))
STORM_MS = 60000
# A minute is left to another master, failsafes clear in 5 s each, a lost link is tried again within 30 s.
HEAL_MS = 60000 + 30000 + 2 * 5000 + 15000
HOST = messages.encode("host_state", {"state": "online", "session": "s1"})
LINK, ADDRESS_SOC = "bus:lan", 110


def wire(kind, **options):
    def switch(site, is_on):
        site.faults[LINK].set(kind if is_on else None, **(options if is_on else {}))
    return switch


def bank(kind, **options):
    def switch(site, is_on):
        site.device().bank.set(kind if is_on else None, **(options if is_on else {}))
    return switch


def door(link, state):
    def switch(site, is_on):
        site.door[link] = state if is_on else OPEN
        if is_on or state == HANGING:
            site.close(link)    # a hanging attempt ends only from outside
    return switch


def broker(mode):
    def switch(site, is_on):
        site.broker_mode = mode if is_on else FINE
        site.close("vpp")
    return switch


def soc_unknown(site, is_on):
    site.device().shown = {ADDRESS_SOC: 0xFFFF} if is_on else {}


def brown_out(site, is_on):
    site.v_ln_v = [201.0, 205.0, 203.0] if is_on else [230.0] * 3


def wall_clock(site, is_on):
    site.ports.clock.ms += 3600000 if is_on else -3600000


KINDS = (
    wire(faults.SILENT), wire(faults.PARTIAL), wire(faults.GARBLED), wire(faults.LATE, late_ms=60),
    wire(faults.LATE, late_ms=700), bank(faults.FROZEN), bank(faults.EXCEPTION), bank(faults.EXCEPTION, code=6),
    bank(faults.CONTENDED, theirs=((16, 122, [1234, 0]),)), door(LINK, REFUSED), door(LINK, HANGING),
    door("vpp", REFUSED), door("vpp", HANGING), broker(LOGIN_REFUSED), broker(GARBAGE), broker(MUTE),
    soc_unknown, brown_out, wall_clock,
)


def order(site, chance, seq):
    """A setpoint of the supervisor for a while, charging or discharging."""
    now_ms = site.ports.clock.unix_ms()
    content = {"id": "c%d" % seq, "seq": seq, "iat_ms": now_ms, "exp_ms": now_ms + chance.randrange(500, 20000),
               "priority": 20, "device": "evse1", "kind": "setpoint", "p_w": float(chance.randrange(-8000, 8000))}
    topic = topics.topic("cmd", "gw-test")
    payload = auth.sign(topic, messages.encode("cmd", content), "k1", KEY)
    site.bytes_from_broker(packet.publish(topic, payload, qos=0))


def storm(site, seed):
    """Faults that come and go, each by itself; at the end none is left."""
    chance = random.Random("storm %d" % seed)
    site.ports.chance.uniform = chance.uniform
    end_ms = site.now_ms + STORM_MS
    active = {}
    seq = 0
    while site.now_ms < end_ms:
        number = chance.randrange(len(KINDS))
        if number in active:
            active.pop(number)(site, False)
        elif len(active) < 4:
            active[number] = KINDS[number]
            KINDS[number](site, True)
        if chance.random() < 0.3:
            seq += 1
            order(site, chance, seq)
        if chance.random() < 0.1:
            site.run(chance.randrange(200, 4000), is_awake=False)
        site.run(chance.randrange(50, 2500))
    for switch in active.values():
        switch(site, False)
    site.faults[LINK].set(None)
    site.device().bank.set(None)
    for link in site.door:
        if site.door[link] == HANGING:
            site.close(link)
        site.door[link] = OPEN


def replayed(files):
    run = Replay()
    found = [(name, data, journal_file.begin_of(data)) for name, data in files.items() if journal_file.is_segment(name)]
    for name, data, begin in sorted(found, key=lambda row: row[2].number):
        run.feed_segment(name, data, begin)
    return run


@pytest.mark.parametrize("seed", range(12))
def test_safe_at_every_tick_then_healed_then_replayed(seed):
    document = fake_site.document(vpp=dict(VPP), journal={"segment_bytes": 262144, "segments": 8})
    site = FaultSite(document, {LINK: {1: "sim-four-quadrant"}})
    site.checks = list(invariants.ALL)
    site.run(12000)
    storm(site, seed)
    site.run(HEAL_MS - 10000)
    assert site.gateway.vpp.is_up
    site.bytes_from_broker(packet.publish(topics.HOST_STATE, HOST, qos=0))      # as the broker retains it
    site.run(10000)
    der = site.der()
    assert site.actuator().session.state == "controlling" and der.view.failsafe_action == 0
    assert site.device().plant.p_w == pytest.approx(-6000, abs=20), der.why()
    site.stop()
    site.run(12000)
    assert site.exit_code == 0 and abs(site.device().plant.p_w) < 1
    found = replayed(site.ports.store.files)
    assert found.differences == [] and found.damage == [] and found.ticks == site.gateway.ticks


def test_one_seed_twice_gives_the_same_bytes():
    runs = []
    for _ in range(2):
        site = FaultSite(fake_site.document(vpp=dict(VPP)), {LINK: {1: "sim-four-quadrant"}})
        site.run(5000)
        storm(site, 99)
        site.stop()
        site.run(12000)
        runs.append((site.device().written, site.published, site.ports.store.files))
    assert runs[0] == runs[1]
