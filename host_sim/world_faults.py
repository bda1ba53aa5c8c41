"""Seeded faults for the virtual world: a safety phase in which anything may fail, then everything heals.

Not its job: what must hold meanwhile (world_checks.py), the faults of wires and banks themselves (faults.py).
Source: ours. A new kind of fault is one function and one row of KINDS.
"""

import random

from host_sim import faults
from host_sim.scenarios.parameters import CHARGER_AT

SHORTEST_MS, LONGEST_MS = 300, 8000


def mqtt_cut(world, bus, is_on):
    """The gateway's connection to the broker."""
    world.wires[bus, "vpp"].cut(is_on)


def broker_restart(world, bus, is_on):
    """All connections to the broker at once, the supervisor's too."""
    for (_, link), wire in world.wires.items():
        if link == "vpp":
            wire.cut(is_on)
    if world.supervisor:
        world.supervisor.wire.cut(is_on)


def modbus_cut(world, bus, is_on):
    """The Modbus connection is lost and refused."""
    world.wires[bus, "bus:" + CHARGER_AT[0]].cut(is_on)


def on_wire(kind, **options):
    """A fault of the answers on the charger's bus."""
    def switch(world, bus, is_on):
        world.wires[bus, "bus:" + CHARGER_AT[0]].faults.set(kind if is_on else faults.NONE, **(options if is_on else {}))
    return switch


def on_bank(kind):
    """A fault of the charger's registers."""
    def switch(world, bus, is_on):
        world.banks[bus, CHARGER_AT].set(kind if is_on else faults.NONE)
    return switch


def gateway_crash(world, bus, is_on):
    """Power off between two events, power on again later."""
    node = world.nodes[bus]
    if is_on and node.gateway is not None:
        node.crash()
    elif not is_on and node.gateway is None:
        node.start()


KINDS = (
    ("mqtt cut", mqtt_cut),
    ("broker restart", broker_restart),
    ("modbus cut", modbus_cut),
    ("modbus silent", on_wire(faults.SILENT)),
    ("modbus garbled", on_wire(faults.GARBLED)),
    ("modbus partial", on_wire(faults.PARTIAL)),
    ("modbus late", on_wire(faults.LATE, late_ms=700)),
    ("charger frozen", on_bank(faults.FROZEN)),
    ("charger refuses", on_bank(faults.EXCEPTION)),
    ("gateway crash", gateway_crash),
)


def plan(seed, buses, *, begin_ms, end_ms, count):
    """[(from ms, to ms, kind, bus)] of `count` faults between begin_ms and end_ms, by rising begin."""
    chance = random.Random("faults %d" % seed)
    rows = []
    for _ in range(count):
        from_ms = chance.randrange(begin_ms, end_ms)
        to_ms = min(from_ms + chance.randrange(SHORTEST_MS, LONGEST_MS), end_ms)
        rows.append((from_ms, to_ms, chance.choice(KINDS)[0], chance.choice(buses)))
    return sorted(rows)


def inject(world, rows):
    """Enters a plan into a world. Where two faults of a kind overlap at a bus, the first to end heals both."""
    switches = dict(KINDS)
    for from_ms, to_ms, kind, bus in rows:
        world.heap.at(from_ms, switches[kind], world, bus, True)
        world.heap.at(to_ms, switches[kind], world, bus, False)
