"""Devices that are not simply told signed watts: percent, amperes, limits by direction, gates, windows, strides, on both runtimes.

Not its job: the same against the simulator's own encoder (property/test_driver_against_bank.py).
Source: registers worked out by hand.
"""

import struct

from edge.drivers.fleet_builder import map_of
from edge.drivers.profile_loader import load_profile


class Seen:
    """In place of a reader: what was read."""

    def __init__(self, name, instance=1, **values):
        self.map = map_of(load_profile(name), instance)
        self.map.reader = self
        self.values = [None] * len(self.map.names)
        for point in values:
            self.values[self.map.points[point][0]] = values[point]

    def told(self, p_w):
        """Registers of a setpoint."""
        return list(self.map.encode(self.map.sequences["set"][0], {"p_w": p_w, "q_var": 0})[2])

    def read(self, block, registers):
        """Take a block's registers; names of points and their values afterwards."""
        number = [row[0] for row in self.map.blocks].index(block)
        assert self.map.decode(number, struct.pack(">%dH" % len(registers), *registers), self.values)
        return dict([(name, self.values[self.map.points[name][0]]) for name in self.map.names])


def test_a_percentage_is_rounded_towards_nothing():
    charger = Seen("generic-charger-pct", p_rated_w=11000)
    for p_w, percent in ((0, 0), (-109, 0), (-110, 1), (-5499, 49), (-5500, 50), (-11000, 100)):
        assert charger.told(p_w) == [percent], p_w
    assert Seen("generic-charger-pct").told(-5500) == [0], "of an unknown rating nothing is a share"


def test_amperes_follow_the_voltage_and_count_on_a_high_one_while_none_is_known():
    charger = Seen("generic-charger-a", v_an_v=230, v_bn_v=230, v_cn_v=230)
    assert charger.told(-6900) == [100] and charger.told(-6899) == [99]
    assert Seen("generic-charger-a").told(-6900) == [90], "at 253 V: less power, never more"
    assert Seen("generic-charger-a", v_an_v=230, v_bn_v=None, v_cn_v=230).told(-6900) == [90]


def test_what_is_smaller_than_the_smallest_is_nothing():
    charger = Seen("generic-charger-a")
    assert [charger.map.possible_w(p_w) for p_w in (-4139, -4140, 0, 1, 5000)] == [0, -4140, 0, 0, 0]
    evtec = Seen("evtec-bidipro-10", p_charge_min_w=500.0)
    assert [evtec.map.possible_w(p_w) for p_w in (-499, -500, 300)] == [0, -500, 300]
    assert Seen("evtec-bidipro-10").map.possible_w(-100) == -100, "an unknown least power forbids nothing"


def test_a_stop_that_leaves_the_setpoint_alone_says_nothing_about_it():
    value, tolerance_w = Seen("sigenergy-evdc").map.shown(0, 0)[0]
    assert abs(3000 - value) <= tolerance_w, "whatever 41002 still shows"
    assert Seen("sigenergy-evdc").map.shown(-3000, 0)[0] == (-3000, 1)
    assert Seen("generic-charger-w").map.shown(0, 0)[0] == (0, 1)


def test_discharging_is_offered_only_in_the_right_session():
    live = [0] * 58
    live[1], live[3 + 2] = 10, 5                    # idle, bidirectional
    live[22], live[23] = struct.unpack(">HH", struct.pack(">f", -9000.0))
    evtec = Seen("evtec-bidipro-10")
    assert evtec.read("live", live)["p_discharge_max_w"] == 9000
    live[5] = 1
    seen = evtec.read("live", live)
    assert seen["p_discharge_max_w"] == 0 and seen["state"] == "paused"
    live[5] = 3
    assert evtec.read("live", live)["p_discharge_max_w"] == 9000


def test_another_register_says_whether_a_vehicle_is_there():
    live = [0] * 104
    live[83] = 5                                    # the loop in which power flows
    charger = Seen("ambibox-ambicharge")
    assert charger.read("live", live)["state"] == "no_vehicle"
    live[85] = 1
    assert charger.read("live", live)["state"] == "charging"
    live[103] = 1                                   # has to be plugged anew
    assert charger.read("live", live)["state"] == "ended"


def test_blocks_count_instances_in_steps_of_their_own():
    for instance in (1, 4, 10):
        places = dict([(row[0], row[2]) for row in Seen("evtec-bidipro-10", instance).map.blocks])
        assert places == {"station": 26, "live": 100 * instance, "capacity": 100 * instance + 58, "setpoint": 100 * instance + 86}
        ambibox = Seen("ambibox-ambicharge", instance).map
        assert ambibox.sequences["set"][0][1] == 3000 + 100 * (instance - 1)
        assert ambibox.blocks[0][2] == 4000 + 200 * (instance - 1)


def test_a_voltage_of_no_grid_and_a_rating_that_is_too_small_never_mean_more():
    assert Seen("generic-charger-a", v_an_v=23.0, v_bn_v=23.0, v_cn_v=23.0).told(-6900) == [90], "a wrong scale"
    assert Seen("generic-charger-a", v_an_v=230, v_bn_v=1, v_cn_v=230).told(-6900) == [90], "a broken sensor"
    assert Seen("generic-charger-pct", p_rated_w=1000).told(-6900) == [100]


def test_below_what_was_seen_working_a_vehicle_is_not_tried():
    charger = Seen("sigenergy-evdc")
    assert [charger.map.possible_w(p_w) for p_w in (-999, -1000, 1000)] == [0, -1000, 0]


def test_power_in_steps_of_more_than_a_watt_is_rounded_towards_nothing():
    profile = dict(load_profile("generic-charger-w"))
    profile["points"] = tuple([row[:4] + (100,) + row[5:] if row[0] == "p_set_w" else row for row in profile["points"]])
    found = map_of(profile, 1)
    for p_w, steps in ((-1299, 12), (-1300, 13), (-99, 0), (0, 0)):
        assert list(found.encode(found.sequences["set"][0], {"p_w": p_w, "q_var": 0})[2]) == [steps], p_w
        assert found.held("p_w", p_w)[0] == -100 * steps
