"""Is the grid gone, is it back: by readings, never by what is unknown, never inside the ride-through curve.

Source: edge/backup/grid_watch.py; IEEE 1547-2018 Table 16 (category III) for the curve.
"""

from edge.backup.feedback import Feedback
from edge.backup.grid_watch import GridWatch
from edge.der_view import DerView
from tests.portable.backup_bench import Picture, document, load

POINTS = ("grid_a_v", "grid_b_v", "grid_c_v", "grid_f_hz", "load_v", "open_a", "series_open")
CODE = {"grid": {"code": "ieee1547-b-iii", "f_nom_hz": 60}, "backup": {"f_low_hz": 59.5, "f_high_hz": 60.1}}


class Line:
    """Grid voltages over time, as a watch sees them through readings every 100 ms."""

    def __init__(self, site=None):
        self.watch = GridWatch(load(site or document()))
        self.fb = Feedback(POINTS, True)
        self.view = DerView(state="connected", p_ac_w=0)
        self.now_ms = 0
        self.taken_ms = 0

    def see(self, volts, duration_s, f_hz=50.0, load_v=0.0, charger_v=0.0):
        """Readings of that for so long. volts: one for all phases, or a list; None in it: unknown."""
        phases = volts if isinstance(volts, list) else [volts] * 3
        for _ in range(int(duration_s * 10 + 0.5)):
            self.now_ms += 100
            self.taken_ms = self.now_ms
            self._observe(phases, f_hz, load_v, charger_v)
        return self

    def go_stale(self, duration_s):
        """No new reading for so long; the last one is still young enough for a second."""
        for _ in range(int(duration_s * 10 + 0.5)):
            self.now_ms += 100
            self._observe([0.0] * 3, 50.0, 0.0, 0.0)
        return self

    def _observe(self, phases, f_hz, load_v, charger_v):
        values = {"grid_a_v": phases[0], "grid_b_v": phases[1], "grid_c_v": phases[2], "grid_f_hz": f_hz, "load_v": load_v,
                  "open_a": 0, "series_open": 0}
        charger = Picture({"v_an_v": charger_v, "form_state": 0}, self.taken_ms)
        self.fb.observe(self.now_ms, Picture(values, self.taken_ms), charger, self.view)
        self.watch.observe(self.fb)

    def is_lost(self):
        """The watch's answer."""
        return self.watch.is_lost(self.fb, self.view)


def test_total_loss_takes_its_time_and_no_less():
    line = Line().see(230.0, 2)
    assert not line.see(0.0, 1.0).is_lost()         # ten readings span 0.9 s
    assert line.see(0.0, 0.1).is_lost()
    assert not line.see(230.0, 0.1).is_lost()


def test_at_the_threshold():
    assert Line().see(11.4, 1.2).is_lost()
    assert not Line().see(11.6, 60).is_lost()       # 0.05 pu is 11.5 V


def test_a_break_in_the_loss_starts_it_anew():
    line = Line()
    for _ in range(20):
        assert not line.see(0.0, 0.9).see(100.0, 0.1).is_lost()


def test_old_readings_prove_nothing():
    line = Line().see(0.0, 0.5).go_stale(0.9)
    assert not line.is_lost()
    assert not line.go_stale(5).is_lost() and line.watch.read_ms is None


def test_unknown_is_not_zero():
    assert not Line().see([None, None, None], 60).is_lost()
    assert Line().see([0.0, None, None], 1.2).is_lost()         # those that are known are dead
    assert not Line().see([0.0, None, 230.0], 60).is_lost()


def test_a_voltmeter_that_reads_zero_while_the_house_is_live_is_no_loss():
    # A failed read became 0 V: "Off-Grid" (a field report).
    line = Line().see(0.0, 60, load_v=230.0)
    assert not line.is_lost() and line.watch.good_ms() == 0
    assert not Line().see(0.0, 60, charger_v=230.0).is_lost()


def test_the_window_takes_all_phases_and_the_frequency():
    assert Line().see(230.0, 3).watch.good_ms() == 2901
    for volts, f_hz in (([230.0, 206.0, 230.0], 50.0), ([230.0, 230.0, 254.0], 50.0), ([230.0, None, 230.0], 50.0),
                        (230.0, 49.4), (230.0, 50.6), (230.0, None)):
        line = Line().see(230.0, 3).see(volts, 0.1, f_hz)
        assert line.watch.good_ms() == 0, (volts, f_hz)
        assert line.see(230.0, 1).watch.good_ms() == 901


def test_a_sag_is_ridden_through_as_long_as_the_curve_asks():
    # Category III: 20 s at 0.7 to 0.88 pu, 10 s at 0.5 to 0.7 pu, then the device may trip.
    for volts, stay_s in ((230 * 0.8, 20), (230 * 0.6, 10)):
        line = Line(document(**CODE))
        line.view.state = "fault"
        assert not line.see(volts, stay_s - 0.1, 60.0).is_lost(), volts
        assert line.see(volts, 0.3, 60.0).is_lost(), volts


def test_a_device_that_goes_on_has_not_tripped():
    line = Line(document(**CODE))
    line.view.p_ac_w = 3000
    assert not line.see(230 * 0.6, 60, 60.0).is_lost()
    line.view.p_ac_w = 0        # beyond uv1 (0.88 pu, 21 s) without power: it will have tripped
    assert line.see(230 * 0.6, 0.1, 60.0).is_lost()


def test_without_a_grid_code_a_fault_of_the_device_outside_the_window_is_a_trip():
    line = Line()
    assert not line.see(150.0, 60).is_lost()
    line.view.state = "fault"
    assert line.see(150.0, 0.1).is_lost()
    line = Line()
    line.view.state = "fault"
    assert not line.see(230.0, 60).is_lost()


def test_the_terminals_of_the_charger_speak_for_a_silent_switch():
    line = Line().see(230.0, 1, charger_v=230.0)
    assert line.watch.terminal_good_ms() == 901 and not line.watch.is_terminal_dead()
    line.see(230.0, 1.1, charger_v=3.0)
    assert line.watch.is_terminal_dead() and line.watch.terminal_good_ms() == 0


def test_a_keyframe_brings_everything_back():
    line, other = Line().see(0.0, 0.8), Line()
    other.watch.load(line.watch.dump())
    other.now_ms = line.now_ms
    assert other.see(0.0, 0.3).is_lost()


def test_a_short_time_of_loss_gives_way_to_the_ride_through_curve():
    site = document(grid=CODE["grid"], backup=dict(CODE["backup"], loss_s=0.2))
    line = Line(site).see(230.0, 2, 60.0)
    assert not line.see(0.0, 1.0, 60.0).is_lost(), "category III stays for a second below half of the voltage"
    assert line.see(0.0, 0.1, 60.0).is_lost()
    without = Line(document(backup={"loss_s": 0.2})).see(230.0, 2)
    assert without.see(0.0, 0.3).is_lost()
