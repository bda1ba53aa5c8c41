"""Bounds fixed on site on what others may ask: reversals, energy a day, ramp; household and equipment go by.

Not its job: who may command at all (test_inbox, test_auth).
Source: edge/bounds.py.
"""

from edge import bounds, config_loader, controller, keyframe
from edge.drivers.profile_loader import load_profile
from edge.snapshot import Picture, Snapshot
from tests.portable import fake_site

TICK_MS, LONG_TICK_MS = 100, 500    # more would count as a stalled loop
LEASE_ID = "l1"


class Site:
    """A controller with one charger that does what it is told; time moves in `run`."""

    def __init__(self, **section):
        document = fake_site.document(bounds=section, vpp={"enabled": True, "host": "h", "tls": False, "key": "00" * 16})
        document["evse"] = [dict(fake_site.CHARGER, e_capacity_wh=8000)]
        config, errors = config_loader.load(document, load_profile)
        assert not errors, errors
        self.profiles = [load_profile("sim-four-quadrant")]
        self.state = controller.initial_state(config, self.profiles)
        self.now_ms = 1000
        self.commands, self.events = [], []

    def run(self, duration_ms):
        """Let time pass, long times in large ticks; the charger's power follows at once."""
        tick_ms = TICK_MS if duration_ms <= 10000 else LONG_TICK_MS if duration_ms <= 3600000 else 60000
        end_ms = self.now_ms + duration_ms
        while self.now_ms < end_ms:
            self.now_ms += tick_ms
            der = self.state.ders[0]
            values = {"p_ac_w": der.p_set_w, "q_ac_var": 0, "soc_pct": 50, "state": "connected"}
            for name in ("v_an_v", "v_bn_v", "v_cn_v"):
                values[name] = 230
            commands, self.commands = self.commands, []
            self.state, _, events = controller.step(self.state, self.now_ms, self.snapshot(values), commands)
            self.events += events
        return self.state.ders[0]

    def snapshot(self, values):
        """What the charger shows."""
        names = sorted(values)
        picture = Picture({name: (number, 0, 1000) for number, name in enumerate(names)},
                          tuple([values[name] for name in names]), (self.now_ms,))
        return Snapshot([picture], None, [], conditions=[("controlling", False, False, False, False, None)],
                        vpp_lost_ms=None, chance=0.5)

    def lease(self, p_w, priority=20, kind="setpoint", values=None):
        """A lease for the next hour, in place of the one before."""
        self.commands.append({"kind": "lease", "row": [
            LEASE_ID, kind, 0, priority, self.now_ms, self.now_ms, self.now_ms + 3600000, None,
            [p_w, None] if values is None else values]})

    def wish(self, word, p_w=None):
        """Of the household."""
        self.commands.append({"kind": "wish", "der": 0, "wish": word, "p_w": p_w, "until_ms": self.now_ms + 10 ** 9})


def power_after(site, p_w, wait_ms=2000):
    site.lease(p_w)
    return site.run(wait_ms).p_set_w


def test_reversals_by_command_are_rationed_and_the_bound_says_so():
    site = Site(reversals_per_h=60, ramp_w_s=50000)
    powers = [power_after(site, 3000 if n % 2 else -3000) for n in range(16)]
    assert powers[:11] == [-3000, 3000] * 5 + [-3000]
    # Ten are the burst; what would be another is zero, and more of the same direction is free.
    assert powers[11:] == [0, -3000, 0, -3000, 0]
    assert site.state.ders[0].why() == "idle: reversals an hour (dispatch asked discharging 3.0 kW)"
    assert power_after(site, 3000, 62000) == 3000, "a minute later there is one again"


def test_what_the_household_wants_is_never_counted_or_bounded():
    site = Site(reversals_per_h=1, e_day_wh=1000, ramp_w_s=50000)
    for n in range(20):
        site.wish("charge_now" if n % 2 else "discharge_now", 5000)
        site.run(2000)
        assert abs(site.state.ders[0].p_set_w) == 5000, n
    site.run(600000)
    assert sum(site.state.bounds._uses[0].hours_mwh) == 0


def test_energy_by_command_ends_at_its_bound_and_comes_back_after_a_day():
    site = Site(e_day_wh=2000, ramp_w_s=50000)
    for _ in range(2):
        power_after(site, -6000, 600000)
    assert 1980000 < sum(site.state.bounds._uses[0].hours_mwh) <= 2000000
    assert power_after(site, -6000, 60000) == 0
    assert site.state.ders[0].why() == "idle: energy a day (dispatch asked charging 6.0 kW)"
    assert (bounds.DAILY_THROUGHPUT, "evse1", ["raised"]) in site.events
    site.wish("charge_now")
    assert site.run(2000).p_set_w == -6000, "the household's own is not bounded"
    site.wish("none")
    for _ in range(25):
        site.run(3700000)
    assert power_after(site, -6000, 10000) == -6000


def test_left_out_energy_follows_the_capacity():
    site = Site(ramp_w_s=50000)
    site.state.bounds._uses[0].hours_mwh[-2] = 1250 * 8000 - 200000
    assert power_after(site, 5000, 60000) == 5000
    assert power_after(site, -5000, 90000) == 0 and site.state.bounds._uses[0].is_exhausted


def test_what_ranks_above_moves_by_itself_and_is_not_charged_to_the_command():
    site = Site(e_day_wh=1000, ramp_w_s=50000)
    site.lease(0)
    site.lease(None, 5, "limits", [3000, 3000])
    site.run(1000)
    site.state.ders[0].p_set_w = -3000      # forced by somebody above
    use = site.state.bounds._uses[0]
    site.run(100)
    assert sum(use.hours_mwh) == 0


def test_the_ramp_of_setpoints_and_of_the_regulation_signal_is_bounded():
    site = Site(ramp_w_s=500)
    site.wish("idle")
    site.run(2000)
    assert site.state.ders[0].p_set_w == 0
    site.lease(5000)
    assert 450 <= site.run(1000).p_set_w <= 550
    site.commands.append({"kind": "revoke", "ref": LEASE_ID})
    site.run(5000)
    site.lease(None, 20, "agc_reservation", [4000])
    site.commands.append({"kind": "agc", "scalar": 1})
    assert 450 <= site.run(1000).p_set_w <= 550


def test_a_plan_of_the_power_plant_counts_as_command():
    site = Site(reversals_per_h=4, ramp_w_s=50000)
    reached = []
    for n in range(8):
        site.commands.append({"kind": "plan", "der": -1, "p_default_w": 3000 if n % 2 else -3000})
        reached.append(site.run(2000).p_set_w)
    assert reached[-1] == 0 and reached.count(3000) == 2


def test_setpoints_of_a_system_operator_can_be_refused():
    site = Site(system_setpoints=False)
    site.wish("idle")
    site.lease(-4000, 5)
    assert site.run(3000).p_set_w == 0
    refused = [event for event in site.events if event[1] == LEASE_ID and event[0] == 249]
    assert refused and refused[0][2][0] == 9
    site = Site()
    site.lease(-4000, 5)
    assert site.run(10000).p_set_w == -4000


def test_counters_survive_a_restart_and_hours_that_passed_fall_out():
    site = Site(e_day_wh=2000, ramp_w_s=50000)
    power_after(site, -6000, 600000)
    kept = site.state.bounds.kept()
    used_mwh = sum(kept[0]["hours"])
    assert 980000 < used_mwh < 1000000 and kept[0]["until_ms"] == 1000 + LONG_TICK_MS + bounds.HOUR_MS
    for later_ms, expected_mwh in ((0, used_mwh), (23 * bounds.HOUR_MS, used_mwh), (26 * bounds.HOUR_MS, 0)):
        again = Site(e_day_wh=2000)
        command = dict(kept[0], until_ms=kept[0]["until_ms"] - site.now_ms + again.now_ms - later_ms)
        again.commands.append(command)
        again.run(200)
        assert sum(again.state.bounds._uses[0].hours_mwh) == expected_mwh, later_ms


def test_after_a_restart_one_hour_runs_for_all_devices():
    class Two:
        bounds = Site().state.config.bounds
        ders = [None, None]

    part, now_ms = bounds.make(Two), 10 * 3600000
    for number, hours in enumerate(([0] * 23 + [5000, 7000], [0] * 25)):
        part.take(None, now_ms, {"kind": "bounds_used", "der": number, "until_ms": now_ms - 1800000, "hours": hours, "tokens": 1,
                                 "sign": 0}, [])
    rows = part.kept()
    assert [row["until_ms"] - now_ms for row in rows] == [1800000] * 2
    assert rows[0]["hours"] == [0] * 22 + [5000, 7000, 0] and rows[1]["hours"] == [0] * 25
    # a clock that jumped a century, or a record that makes no sense, ends within the hour
    part.take(None, now_ms, dict(rows[0], until_ms=now_ms - 10 ** 12), [])
    assert sum(part.kept()[0]["hours"]) == 0 and 0 < part.kept()[0]["until_ms"] - now_ms <= 3600000
    part.take(None, now_ms, dict(rows[0], until_ms=now_ms + 10 ** 12), [])
    assert part.kept()[0]["until_ms"] - now_ms == 3600000


def test_a_keyframe_holds_everything_that_decides():
    site = Site(reversals_per_h=60, ramp_w_s=50000)
    for n in range(14):
        power_after(site, 3000 if n % 2 else -3000, 700)

    class NoFleet:
        readers = []

    other = Site(reversals_per_h=60, ramp_w_s=50000)
    other.now_ms = site.now_ms
    keyframe.load(other.state, NoFleet, keyframe.dump(site.state, NoFleet))
    for n in range(200):
        for each in (site, other):
            each.lease(3000 if n % 3 else -3000)
            each.run(1100)
        assert site.state.ders[0].p_set_w == other.state.ders[0].p_set_w, n
    assert site.state.bounds.dump() == other.state.bounds.dump()


def test_a_site_without_the_section_has_no_part():
    config, _ = config_loader.load(fake_site.document(), load_profile)
    state = controller.initial_state(config, [load_profile("sim-four-quadrant")])
    assert state.bounds is None and "commanded_bounds" not in state.ders[0].laws.names
