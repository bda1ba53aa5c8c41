"""Operating modes of a grid code: the table, the way into service, and what the gateway leaves alone.

Source: IEEE 1547-2018 4.10.2 to 4.10.4 (window, delay, chance, ramp, permission), 6.4.1 trip times of category III.
"""

from edge import grid_mode_rows as rows
from edge import law_pass
from edge.fsm_table import EVENT, NEXT, STATE, WHY, faults
from edge.laws.grid_mode import grid_mode, grid_mode_blind, grid_mode_tell
from tests.portable.fake_site import FakeSite, charger_bank, document, set_volts
from tests.portable.law_bench import config, is_close, section, view

IN_SERVICE = (rows.CONTINUOUS, rows.MANDATORY, rows.PERMISSIVE, rows.MOMENTARY, rows.CEASE)


def grid(volts_pu=1.0, f_hz=60.0, **changes):
    """A device rated 6 kW at rest on this grid, all phases alike."""
    return view(v_mean_pu=volts_pu, v_min_pu=volts_pu, v_max_pu=volts_pu, f_hz=f_hz, f_nom_hz=60, p_rated_w=6000, **changes)


class Bench:
    """Steps the law at 10 Hz and remembers its last opinion."""

    def __init__(self, memory=None, **settings):
        self.p = section("enter_service", **settings)
        self.memory = memory
        self.opinion = None

    def run(self, seen, count_s=0.1):
        """The mode's word after that time."""
        for _ in range(int(count_s * 10 + 0.5)):
            law = grid_mode if seen.v_min_pu is not None else grid_mode_blind
            self.opinion, self.memory = law(seen, self.memory, self.p)
        told = grid_mode_tell(self.memory)
        return None if told is None else told[1][0]

    def cap_w(self):
        """Most that may be injected, None for no bound."""
        return None if self.opinion is None else self.opinion[1]


def running(**settings):
    """A bench whose device was delivering when it was seen first."""
    bench = Bench(**settings)
    assert bench.run(grid(p_ac_w=3000)) == rows.CONTINUOUS and bench.opinion is None
    return bench


def waiting(**settings):
    """A bench that has just begun its delay."""
    bench = Bench(**settings)
    assert bench.run(grid()) == rows.WAIT
    return bench


def test_the_table_is_total():
    assert faults(rows.STATES, rows.EVENTS, rows.ROWS) == []
    assert len(rows.ROWS) == len(rows.STATES) * len(rows.EVENTS)
    assert all([row[WHY] for row in rows.ROWS])


def test_one_way_back_into_service():
    for row in rows.ROWS:
        if row[STATE] not in IN_SERVICE and row[NEXT] in IN_SERVICE:
            assert (row[STATE], row[EVENT], row[NEXT]) == (rows.RAMP, rows.RAMP_OVER, rows.CONTINUOUS), row
        if row[EVENT] == rows.OUT:
            assert row[NEXT] == rows.TRIPPED, row
    assert [row[NEXT] for row in rows.ROWS if (row[STATE], row[EVENT]) == (rows.WAIT, rows.WINDOW_SHUT)] == [rows.TRIPPED]


def test_what_delivers_at_a_start_has_been_in_service():
    running()
    assert Bench().run(grid(p_ac_w=-3000)) == rows.WAIT, "a charger begins that by itself after an outage"
    assert Bench(applies_to="both").run(grid(p_ac_w=-3000)) == rows.CONTINUOUS
    assert Bench().run(grid(p_ac_w=3000, state="fault")) == rows.TRIPPED
    assert Bench().run(grid(p_ac_w=None)) is None, "nothing is judged before it is seen"


def test_delay_then_ramp_to_the_rating():
    bench = waiting(delay_s=300, ramp_s=100)
    for word, count_s in ((rows.WAIT, 299.8), (rows.RAMP, 0.2)):
        assert bench.run(grid(), count_s) == word
    assert bench.cap_w() == 0
    assert bench.run(grid(p_ac_w=1000), 50) == rows.RAMP and is_close(bench.cap_w(), 3000)
    assert bench.run(grid(p_ac_w=5000), 49.9) == rows.RAMP and is_close(bench.cap_w(), 5994)
    assert bench.run(grid(p_ac_w=6000)) == rows.CONTINUOUS and bench.opinion is None


def test_any_excursion_restarts_the_delay():
    outside = (grid(0.9), grid(1.06), grid(f_hz=59.4), grid(f_hz=60.2), grid(state="fault"), grid())
    outside[5].v_max_pu = 1.06
    for seen in outside:
        bench = waiting(delay_s=20)
        bench.run(grid(), 19.8)
        assert bench.run(seen) == rows.TRIPPED and bench.opinion[:2] == (None, 0)
        assert bench.run(grid(), 20) == rows.WAIT and bench.run(grid(), 0.2) == rows.RAMP


def test_the_drawn_delay_comes_on_top():
    bench = Bench(delay_s=10, random_s=100)
    bench.run(grid(chance_s=0.5))
    assert bench.run(grid(chance_s=0.9), 59.9) == rows.WAIT, "drawn once, when the delay begins"
    assert bench.run(grid(), 0.2) == rows.RAMP


def test_no_delay_and_no_ramp_is_possible():
    bench = Bench(delay_s=0, ramp_s=0)
    assert [bench.run(grid()) for _ in range(3)] == [rows.WAIT, rows.RAMP, rows.CONTINUOUS]
    assert bench.opinion is None


def test_a_load_may_charge_while_it_waits():
    for applies_to, lowest_w in (("export", None), ("both", 0)):
        bench = waiting(applies_to=applies_to, delay_s=1, ramp_s=10)
        assert bench.opinion[:4] == (lowest_w, 0, None, 0)
        assert bench.run(grid(), 6.1) == rows.RAMP
        assert bench.opinion[0] == (None if applies_to == "export" else -bench.cap_w()) and bench.opinion[3] is None


def test_in_a_disturbance_the_device_keeps_its_setpoint():
    for seen, word in ((grid(0.8), rows.MANDATORY), (grid(0.6), rows.MANDATORY), (grid(0.4), rows.MOMENTARY),
                       (grid(1.15), rows.MOMENTARY), (grid(f_hz=58.0), rows.MANDATORY), (grid(f_hz=61.5), rows.MANDATORY)):
        bench = running()
        assert bench.run(seen, 1) == word and bench.opinion is None, word
        assert bench.run(grid()) == rows.CONTINUOUS and bench.opinion is None


def test_the_lowest_and_the_highest_phase_decide():
    bench = running()
    sag = grid()
    sag.v_min_pu = 0.6
    assert bench.run(sag) == rows.MANDATORY
    swell = grid()
    swell.v_max_pu = 1.15
    assert bench.run(swell) == rows.MOMENTARY


def test_beyond_a_trip_setting_for_its_time_is_out_of_service():
    for seen, count_s in ((grid(0.87), 21), (grid(0.49), 2), (grid(1.11), 13), (grid(f_hz=58.4), 300), (grid(0.0), 1),
                          (grid(1.21), 0.2), (grid(f_hz=62.1), 0.2), (grid(f_hz=56.4), 0.2)):
        bench = running()
        assert bench.run(seen, count_s - 0.1) in IN_SERVICE, (seen.v_min_pu, seen.f_hz)
        assert bench.run(seen) == rows.TRIPPED and bench.opinion[:4] == (None, 0, None, 0)
        assert bench.run(grid()) == rows.WAIT


def test_a_return_in_between_starts_the_trip_time_anew():
    bench = running()
    for _ in range(3):
        assert bench.run(grid(0.49), 1.9) == rows.MOMENTARY
        assert bench.run(grid()) == rows.CONTINUOUS
    assert len(bench.memory) == 4, "nothing is counted in a calm grid"


def test_a_fault_of_the_device_is_a_trip():
    bench = running()
    assert bench.run(grid(state="fault")) == rows.TRIPPED and bench.run(grid()) == rows.WAIT


def test_the_ramp_stands_still_in_a_disturbance():
    bench = waiting(delay_s=0, ramp_s=100)
    bench.run(grid(), 50.1)
    before_w = bench.cap_w()
    assert bench.run(grid(0.8), 5) == rows.RAMP and bench.cap_w() == before_w > 2900
    assert bench.run(grid(0.8), 20) == rows.TRIPPED


def test_without_permission_nothing_flows_either_way():
    for bench, seen in ((running(), grid(permit_service=False)), (running(enabled=True), grid(permit_service=False))):
        assert bench.run(seen) == rows.TRIPPED and bench.opinion[:4] == (0, 0, None, 0)
        assert bench.run(seen, 10) == rows.TRIPPED
        assert bench.run(grid()) == rows.WAIT
    assert Bench(enabled=False).run(grid(p_ac_w=3000)) == rows.TRIPPED


def test_an_unseen_grid_gets_no_injection():
    for hidden in ({"v_mean_pu": None, "v_min_pu": None, "v_max_pu": None}, {"f_hz": None}):
        unseen = grid()
        for name in hidden:
            setattr(unseen, name, None)
        bench = running()
        assert bench.run(unseen, 4) == rows.CONTINUOUS and bench.opinion[:4] == (None, 0, None, None)
        assert bench.run(grid(p_ac_w=0)) == rows.CONTINUOUS and bench.opinion is None, "a short silence costs no delay"
        bench.run(unseen, 5.1)
        assert bench.run(grid(p_ac_w=3000)) == rows.CONTINUOUS, "it went on"
        bench.run(unseen, 5.1)
        assert bench.run(grid(p_ac_w=0)) == rows.TRIPPED, "who knows what it did"
        bench = waiting()
        bench.run(grid(), 100)
        assert bench.run(unseen) == rows.TRIPPED and bench.opinion[1] == 0
        assert Bench().run(unseen) is None


def test_a_device_that_enters_service_by_itself_is_left_alone():
    whole = config(enter_service=section("enter_service"))
    assert "grid_mode" in law_pass.LawPass("evse", whole).names
    assert "grid_mode" not in law_pass.LawPass("evse", whole, ("trip", "enter_service")).names
    assert "grid_mode" not in law_pass.LawPass("evse", config()).names
    permitted_not = config(enter_service=section("enter_service", enabled=False))
    assert "grid_mode" in law_pass.LawPass("evse", permitted_not).names


SITE = {"enter_service": {"f_lo_hz": 49.5, "f_hi_hz": 50.2, "delay_s": 5, "ramp_s": 2}, "control": {"p_default_w": 6000}}


def test_a_gateway_enters_service_and_tells():
    bank = charger_bank()
    site = FakeSite(document(**SITE), {"bus:lan": {1: bank}})
    site.run(3000)
    der = site.gateway.state.ders[0]
    assert der.p_set_w == 0 and der.grid_mode() == rows.WAIT
    assert der.why() == "idle: not in service (default asked discharging 6.0 kW), enter service wait"
    site.run(3000)
    assert der.grid_mode() == rows.RAMP and 0 < der.p_set_w < 6000
    site.run(10000)
    assert der.grid_mode() == rows.CONTINUOUS and der.p_set_w == 6000 and "service" not in der.why()
    words = [line.split(", ")[-1] for line in site.ports.lines if "operating mode" in line]
    assert words == [rows.WAIT, rows.RAMP, rows.CONTINUOUS]


def test_permission_is_withdrawn_over_the_local_query_within_a_tick():
    bank = charger_bank(volts=226)
    site = FakeSite(document(grid={"q_mode": "wape"}, wape={"enabled": True}, **SITE), {"bus:lan": {1: bank}})
    site.run(25000)
    der = site.gateway.state.ders[0]
    assert der.p_set_w == 6000 and der.q_set_var > 3500
    site.gateway.on_query(site.now_ms, 1, {"permit_service": False})
    site.run(300)
    assert (der.p_set_w, der.q_set_var) == (0, 0) and der.grid_mode() == rows.TRIPPED
    site.gateway.on_query(site.now_ms, 1, {"permit_service": True})
    site.run(4000)
    assert der.p_set_w == 0
    site.run(10000)
    assert der.p_set_w == 6000


def test_a_dead_grid_costs_the_delay_again():
    bank = charger_bank()
    site = FakeSite(document(**SITE), {"bus:lan": {1: bank}})
    site.run(15000)
    der = site.gateway.state.ders[0]
    assert der.p_set_w == 6000
    set_volts(bank, 0)
    site.run(3000)
    assert der.grid_mode() == rows.TRIPPED and der.p_set_w == 0
    set_volts(bank, 230)
    site.run(4500)
    assert der.p_set_w == 0
    site.run(9000)
    assert der.p_set_w == 6000
