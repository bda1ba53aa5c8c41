"""Grid codes: every figure fits its parameter, the figures are those of the standards, a site can be built on each.

Not its job: what a configuration makes of them (test_config_grid.py). Source: edge/grid_code.py; the expected figures
are typed here anew from the same open implementations.
"""

import sys

from edge import config_loader, grid_code, param_values, params
from protocols.forgetting import FORGETS
from tests.portable import fake_site

# name: figures (default, low, high) that anyone who knows the standard would look up first
IEEE_COMMON = (
    ("volt_var.v_ref_pu", 1, 0.95, 1.05), ("volt_var.vref_auto_enabled", False, None, None),
    ("volt_var.vref_auto_s", 300, 300, 5000),
    ("volt_watt.enabled", False, None, None), ("volt_watt.v1_pu", 1.06, 1.05, 1.09), ("volt_watt.v2_pu", 1.1, 1.06, 1.1),
    ("volt_watt.olrt_s", 10, 0.5, 60),
    ("droop.of_hz", 0.036, 0.017, 1), ("droop.uf_hz", 0.036, 0.017, 1),
    ("enter_service.v_lo_pu", 0.917, 0.88, 0.95), ("enter_service.v_hi_pu", 1.05, 1.05, 1.06),
    ("enter_service.f_lo_hz", 59.5, 59, 59.9), ("enter_service.f_hi_hz", 60.1, 60.1, 61),
    ("enter_service.delay_s", 300, 0, 600), ("enter_service.ramp_s", 300, 1, 1000),
    ("trip.ov2_pu", 1.2, 1.2, 1.2), ("trip.ov2_s", 0.16, 0.16, 0.16), ("trip.ov1_pu", 1.1, 1.1, 1.2),
    ("trip.of2_hz", 62, 61.8, 66), ("trip.of2_s", 0.16, 0.16, 1000), ("trip.of1_hz", 61.2, 61, 66), ("trip.of1_s", 300, 180, 1000),
    ("trip.uf1_hz", 58.5, 50, 59), ("trip.uf1_s", 300, 180, 1000), ("trip.uf2_hz", 56.5, 50, 57), ("trip.uf2_s", 0.16, 0.16, 1000),
)
# category: v1 q1 v2 q2 v3 q3 v4 q4 olrt, then q at full injection
VOLT_VAR = {
    "a": ((0.9, 0.25, 1, 0, 1, 0, 1.1, -0.25, 10), -0.25),
    "b": ((0.92, 0.44, 0.98, 0, 1.02, 0, 1.08, -0.44, 5), -0.44),
}
CURVE = ("v1_pu", "q1_pu", "v2_pu", "q2_pu", "v3_pu", "q3_pu", "v4_pu", "q4_pu", "olrt_s")
# category: ov1_s uv1_pu uv1_s uv2_pu uv2_s and their ranges, lowest k, shortest droop response, under-frequency
ABNORMAL = {
    "i": (((2, 1, 13), (0.7, 0, 0.88), (2, 2, 21), (0.45, 0, 0.5), (0.16, 0.16, 2)), 0.03, 1, False),
    "ii": (((2, 1, 13), (0.7, 0, 0.88), (10, 2, 21), (0.45, 0, 0.5), (0.16, 0.16, 2)), 0.03, 1, True),
    "iii": (((13, 1, 13), (0.88, 0, 0.88), (21, 21, 50), (0.5, 0, 0.5), (2, 2, 21)), 0.02, 0.2, True),
}
# region: volt-var volts, q1, q4, volt-watt volts
AS_NZS = {
    "a": ((207, 220, 240, 258), 0.44, -0.6, (253, 260)),
    "b": ((205, 220, 235, 255), 0.3, -0.4, (250, 260)),
    "c": ((215, 230, 240, 255), 0.44, -0.6, (253, 260)),
    "nz": ((207, 220, 235, 244), 0.6, -0.6, (242, 250)),
}


def _near(got, wanted):
    """Equal, numbers to what a 32-bit float holds."""
    if got is None or wanted is None or isinstance(wanted, (bool, str)):
        return got == wanted
    return abs(got - wanted) <= 1e-5 * max(1, abs(wanted))


def _defaults(name):
    """{parameter: default}: the row's own, replaced by the grid code's."""
    figures = grid_code.figures(name)
    found = {}
    for row in params.all_rows():
        found[row[0]] = figures[row[0]][0] if row[0] in figures else row[6]
    return found


def test_the_index_names_every_code_once():
    names = grid_code.names()
    for name in ("ieee1547-a-i", "ieee1547-b-iii", "asnzs4777-a", "asnzs4777-nz", "en50549-1", "g99", "de-14a", "gb-smart-charge"):
        assert name in names, name
    assert len(set(names)) == len(names) == 16
    for name, title, country, parts, note in grid_code.codes():
        assert title and country in ("US", "AU", "NZ", "EU", "GB", "DE") and parts and note.endswith("."), name


def test_an_unknown_code_is_none():
    for name in ("", "ieee1547", "ieee1547-b-iv", "G99", "g99 "):
        assert grid_code.code(name) is None and grid_code.figures(name) is None and grid_code.gaps(name) is None, name
    assert param_values.did_you_mean("ieee1547-b-3", grid_code.names()) == "did you mean ieee1547-b-i?"


def test_later_parts_override_earlier_ones():
    both = grid_code.figures("g99-smart-charge")
    for name in ("g99", "gb-smart-charge"):
        for parameter, figure in grid_code.figures(name).items():
            assert both[parameter] == figure, parameter
    for parts, v1_pu, olrt_s in ((("ieee1547_a", "ieee1547_b"), 0.92, 5), (("ieee1547_b", "ieee1547_a"), 0.9, 10)):
        found = grid_code.merged(parts)
        assert _near(found["volt_var.v1_pu"][0], v1_pu) and found["volt_var.olrt_s"][0] == olrt_s, parts


def test_a_board_keeps_no_part():
    grid_code.figures("ieee1547-b-iii")
    for module in ("edge.grid_codes.ieee1547", "edge.grid_codes.ieee1547_b", "edge.grid_codes.ieee1547_iii"):
        assert (module in sys.modules) == (not FORGETS), module


def test_every_figure_fits_its_parameter():
    rows = {row[0]: row for row in params.all_rows()}
    for name in grid_code.names():
        for parameter, figure in grid_code.figures(name).items():
            assert len(figure) == 5, parameter
            default, low, high, source, mark = figure
            where = (name, parameter)
            assert source and mark in (grid_code.VERIFIED, grid_code.UNVERIFIED), where
            row = rows[parameter]
            assert param_values.check(row, default) == (default, None), where
            if low is None and high is None:
                continue
            if row[1] == params.CHOICE:
                assert default in low and set(low) < set(row[4]) and high is None, where
                continue
            assert row[1] in (params.INT, params.FLOAT), where
            assert (row[4] if low is None else low) <= default <= (row[5] if high is None else high), where
            assert low is None or row[4] <= low <= row[5], where
            assert high is None or row[4] <= high <= row[5], where


def test_no_part_says_a_figure_twice():
    for _, _, _, parts, _ in grid_code.codes():
        for part in parts:
            figures = __import__("edge.grid_codes." + part, None, None, ["FIGURES"]).FIGURES
            assert len({row[0] for row in figures}) == len(figures), part


def test_ieee1547_is_what_the_standard_says():
    for name in grid_code.names():
        if not name.startswith("ieee1547"):
            continue
        figures = grid_code.figures(name)
        for parameter, default, low, high in IEEE_COMMON:
            got = figures[parameter]
            assert _near(got[0], default) and _near(got[1], low) and _near(got[2], high), (name, parameter, got)
            assert got[4] == grid_code.VERIFIED, (name, parameter)
        assert figures["grid.f_nom_hz"][0] == 60 and figures["droop.p_base"][0] == "rated"
        _, normal, abnormal = name.split("-")
        curve, q3_pu = VOLT_VAR[normal]
        for key, wanted in zip(CURVE, curve):
            assert _near(figures["volt_var." + key][0], wanted), (name, key)
        assert figures["volt_var.olrt_s"][1:3] == (1, 90) and figures["watt_var.q3_pu"][0] == q3_pu
        trips, k_low_pu, olrt_low_s, has_uf = ABNORMAL[abnormal]
        for key, wanted in zip(("ov1_s", "uv1_pu", "uv1_s", "uv2_pu", "uv2_s"), trips):
            got = figures["trip." + key]
            assert [_near(a, b) for a, b in zip(got, wanted)] == [True] * 3, (name, key, got)
        for key in ("droop.k_of_pu", "droop.k_uf_pu"):
            assert figures[key][:3] == (0.05, k_low_pu, 0.05), name
        assert figures["droop.olrt_s"][:3] == (5, olrt_low_s, 10)
        assert figures["droop.of_enabled"][0] is True and figures["droop.uf_enabled"][0] is has_uf
        assert figures["ride_through.category"][:2] == (abnormal, (abnormal,)), "the code is the category"


def test_as_nzs_4777_is_what_the_test_scripts_say():
    for region in AS_NZS:
        volts, q1_pu, q4_pu, watt_volts = AS_NZS[region]
        figures = grid_code.figures("asnzs4777-" + region)
        assert figures["grid.v_nom_ln_v"][0] == 230
        for i, volt in enumerate(volts):
            got = figures["volt_var.v%d_pu" % (i + 1)]
            assert abs(got[0] * 230 - volt) < 1e-3 and ": %d V" % volt in got[3] and got[4] == "V", (region, got)
        assert figures["volt_var.q1_pu"][0] == q1_pu and figures["volt_var.q4_pu"][0] == q4_pu
        for i, volt in enumerate(watt_volts):
            assert abs(figures["volt_watt.v%d_pu" % (i + 1)][0] * 230 - volt) < 1e-3, region
        assert figures["volt_watt.p1_pu"][0] == 1 and figures["volt_watt.p2_pu"][0] == 0.2


def test_european_thresholds_and_duties():
    en, g99 = grid_code.figures("en50549-1"), grid_code.figures("g99")
    for figures, of_hz, k_pu in ((en, 50.2, 0.05), (g99, 50.4, 0.1)):
        assert abs(50 + figures["droop.of_hz"][0] - of_hz) < 1e-4 and figures["droop.k_of_pu"][0] == k_pu
    assert en["enter_service.delay_s"][0] == 60 and g99["enter_service.delay_s"][0] == 20
    assert grid_code.figures("de-14a")["dso.p_import_floor_w"][0] == 4200
    assert grid_code.figures("gb-smart-charge")["smart_charge.delay_max_s"][:3] == (600, 0, 1800)


def test_every_curve_is_monotone_and_every_trip_beyond_normal_operation():
    for name in grid_code.names():
        p = _defaults(name)
        volts = [p["volt_var.v%d_pu" % i] for i in (1, 2, 3, 4)]
        vars_pu = [p["volt_var.q%d_pu" % i] for i in (1, 2, 3, 4)]
        assert volts == sorted(volts) and vars_pu == sorted(vars_pu)[::-1], name
        assert p["volt_watt.v1_pu"] < p["volt_watt.v2_pu"] and p["volt_watt.p1_pu"] > p["volt_watt.p2_pu"], name
        assert p["volt_watt.v1_charge_pu"] < p["volt_watt.v2_charge_pu"], name
        assert p["watt_var.p3_abs_pu"] < p["watt_var.p2_abs_pu"] < p["watt_var.p1_abs_pu"] < 0, name
        assert 0 < p["watt_var.p1_pu"] < p["watt_var.p2_pu"] < p["watt_var.p3_pu"], name
        figures = grid_code.figures(name)
        if "trip.ov1_pu" in figures:
            assert p["trip.uv2_pu"] <= p["trip.uv1_pu"] < 1 < p["trip.ov1_pu"] <= p["trip.ov2_pu"], name
            assert p["trip.uf2_hz"] <= p["trip.uf1_hz"] < p["grid.f_nom_hz"] < p["trip.of1_hz"] <= p["trip.of2_hz"], name
            assert p["trip.uv1_pu"] <= p["enter_service.v_lo_pu"] and p["enter_service.v_hi_pu"] <= p["trip.ov1_pu"], name
        if "enter_service.delay_s" in figures:
            assert p["enter_service.f_lo_hz"] < p["grid.f_nom_hz"] < p["enter_service.f_hi_hz"], name


def test_a_code_that_trips_says_every_limit_itself():
    # What it left out would hold the default of another country: 60 Hz.
    limits = [row[0] for row in params.all_rows() if row[0].startswith("trip.") and row[6] is not None]
    windows = ["enter_service.f_lo_hz", "enter_service.f_hi_hz", "enter_service.v_lo_pu", "enter_service.v_hi_pu"]
    for name in grid_code.names():
        figures = grid_code.figures(name)
        for section, needed in (("trip.", limits), ("enter_service.", windows)):
            if [parameter for parameter in figures if parameter.startswith(section)]:
                assert [parameter for parameter in needed if parameter not in figures] == [], name


def test_gaps_hold_for_the_defaults():
    for name in grid_code.names():
        p = _defaults(name)
        for lower, higher, by, source, mark in grid_code.gaps(name):
            assert p[higher] - p[lower] >= by - 1e-6 and source and mark == grid_code.VERIFIED, (name, lower)
    assert len(grid_code.gaps("ieee1547-a-i")) == 7 and grid_code.gaps("g99") == []


def test_a_site_can_be_built_on_every_code():
    for name in grid_code.names():
        figures = grid_code.figures(name)
        more = {"dso": {"contact": "in1"}} if "dso.enabled" in figures else {}   # no code says how limits come in
        config, errors = config_loader.load(fake_site.document(grid={"code": name}, **more))
        assert errors == [], (name, errors)
        for parameter in figures:
            section, key = parameter.split(".")
            assert getattr(getattr(config, section), key) == figures[parameter][0], (name, parameter)
