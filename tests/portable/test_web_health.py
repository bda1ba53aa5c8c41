"""The page for who looks after the site: the last hour as means, gaps where nobody knew, ages, what is wrong, limits.

Source: edge/web/last_hour.py, chart.py, health.py, edge/page_view.py.
"""

from edge.web import chart, health, last_hour
from tests.portable import fake_site
from tests.portable.test_web_page import Visitor


def hour_of(*rows, **others):
    """A picture as last_hour.py gives it."""
    return {"step_s": 30, "p_w": [list(row) for row in rows], "grid_w": others.get("grid_w", [None] * len(rows[0][1])),
            "v_pu": others.get("v_pu", [None] * len(rows[0][1]))}


def path_of(svg, name):
    """The points of one line: [(x, y)] and how many pieces it has."""
    data = svg.split('class="line %s" d="' % name)[1].split('"')[0]
    pieces = [piece for piece in data.split("M") if piece]
    return [tuple([float(part) for part in point.split()]) for piece in pieces for point in piece.split("L")], len(pieces)


def test_an_hour_of_means_with_the_newest_last():
    visitor = Visitor()
    gateway = visitor.run.gateway
    visitor.run.run(16000)      # the first half minute is over
    assert gateway.last_hour.picture()["p_w"] == [["evse1", [0]]]
    visitor.run.run(61000)
    hour = gateway.last_hour.picture()
    assert hour["p_w"] == [["evse1", [0, 0, 0]]]
    assert hour["grid_w"] == [None] * 3, "no meter"
    assert all([0.9 < value < 1.1 for value in hour["v_pu"]])


def test_the_ring_forgets_what_is_older_than_an_hour():
    watch = last_hour.LastHour(Visitor().run.gateway.config)
    state = Visitor().run.gateway.state
    for half_minute in range(last_hour.STEPS + 30):
        state.ders[0].view.p_ac_w = -half_minute
        watch.note(half_minute * last_hour.STEP_MS, state)
    row = watch.picture()["p_w"][0][1]
    assert len(row) == last_hour.STEPS and row[-1] == -(last_hour.STEPS + 28) and row[0] == row[-1] + last_hour.STEPS - 1


def test_a_mean_is_a_mean():
    state = Visitor().run.gateway.state
    watch = last_hour.LastHour(Visitor().run.gateway.config)
    for tick in range(301):
        state.ders[0].view.p_ac_w = -1000 if tick % 3 else 5000
        watch.note(tick * 100, state)
    assert watch.picture()["p_w"][0][1] == [1000]


def test_a_stall_leaves_gaps():
    state = Visitor().run.gateway.state
    watch = last_hour.LastHour(Visitor().run.gateway.config)
    for now_ms in (0, 100, 200000):
        watch.note(now_ms, state)
    assert watch.picture()["p_w"][0][1] == [round(state.ders[0].view.p_ac_w)] + [None] * 5


def test_above_the_line_is_discharging_and_gaps_stay_gaps():
    svg = chart.draw(hour_of(("left", [1000, 1000, None, -1000, -2000])))
    points, pieces = path_of(svg, "c0")
    middle = chart.TOP + chart.HEIGHT / 2
    assert pieces == 2 and len(points) == 4
    assert points[0][1] < middle < points[2][1] and abs(points[3][1] - (chart.TOP + chart.HEIGHT)) < 0.1
    assert points[-1][0] == chart.WIDTH, "the newest stands at the edge"
    assert "+2" in svg and "left" in svg and ">voltage<" not in svg and ">grid<" not in svg


def test_the_scale_grows_with_the_power_and_the_voltage_stays_inside():
    for top_w, label in ((900, "+1<"), (3100, "+4<"), (7400, "+8<"), (8100, "+10<"), (22000, "+30<")):
        svg = chart.draw(hour_of(("a", [0, -top_w]), v_pu=[0.5, 1.3]))
        assert label in svg, (top_w, svg[:400])
    points, _ = path_of(svg, "volt")
    assert [y for _, y in points] == [chart.STRIP_TOP + chart.STRIP, chart.STRIP_TOP]
    assert "still being measured" in chart.draw(hour_of(("a", [5])))
    assert "&lt;a&gt;" in chart.draw(hour_of(("<a>", [5, 6])))


def test_devices_links_and_limits_are_told_in_words():
    visitor = Visitor()
    body = visitor.send("GET", "/")[2]
    for part in ("The last hour", "all well", "read 0.", "connected", "Grid code", "none chosen", "charging up to 6 kW", "version "):
        assert part in body, part
    assert len(body) < 60000
    visitor.run.is_silent = True
    visitor.run.run(8000)
    picture = visitor.ask({"ask": "page"})
    assert "evse1" in health.summary(picture) and picture["devices"][0]["age_ms"] > 5000
    assert "silent, read 8." in health.fragments(picture)["devices"]


def test_commissioning_says_what_is_proven_and_whether_it_still_holds():
    told = {"state": "valid", "ok": True, "when": "2026-11-20T10:00:00Z", "who": "A. <Installer>", "is_current": True, "failed": 0}
    for changes, there, absent in (
            ({}, ("Proven by A. &lt;Installer&gt;, 2026-11-20",), ("warn",)),
            ({"ok": False, "failed": 2}, ("2 tests failed by",), ()),
            ({"is_current": False}, ("has changed since",), ()),
            ({"state": "unsigned"}, ("Nobody signed",), ()),
            ({"state": "bad_signature"}, ("signed by somebody else",), ()),
            ({"state": "none", "when": None}, ("Not commissioned",), ("Proven",)),
            ({"state": "damaged", "when": None}, ("can&#39;t be read",), ())):
        picture = {"commissioning": dict(told)}
        picture["commissioning"].update(changes)
        shown = health.commissioning(picture)
        assert not [part for part in there if part not in shown] and not [part for part in absent if part in shown], shown
    assert "Not commissioned" in Visitor().send("GET", "/")[2]


def test_a_page_of_eight_chargers_after_an_hour_fits():
    hour = hour_of(*[("charger-%d" % number, [-7400 + 37 * (place + number) for place in range(last_hour.STEPS)]) for number in range(8)],
                   grid_w=[-9999] * last_hour.STEPS, v_pu=[0.987] * last_hour.STEPS)
    assert len(chart.draw(hour)) < 20000


def test_a_site_without_a_page_keeps_no_hour():
    site = fake_site.FakeSite(fake_site.document(), {"bus:lan": {1: fake_site.charger_bank()}})
    assert site.gateway.last_hour is None
