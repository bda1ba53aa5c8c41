"""Ride-through regions: no gap, no overlap, times that grow with the voltage, and figures typed here anew.

Not its job: devices that follow them. Source: edge/grid_codes/ride_through.py.
"""

from edge import grid_code
from edge.grid_codes import ride_through

SIDE, V_LO, V_HI, MODE, T, SLOPE, SOURCE, MARK = range(8)
CATEGORIES = ("i", "ii", "iii")


def _required(category, v_pu):
    """(mode, seconds or None) of a voltage."""
    low_pu, high_pu = ride_through.CONTINUOUS_PU[:2]
    if low_pu <= v_pu <= high_pu:
        return "continuous", None
    for row in ride_through.VOLTAGE[category]:
        lo, hi = row[V_LO], row[V_HI]
        if row[SIDE] == "low":
            hit = (lo is None or lo <= v_pu) and v_pu < hi
        else:
            hit = lo < v_pu and (hi is None or v_pu <= hi)
        if hit:
            return row[MODE], None if row[T] is None else row[T] + row[SLOPE] * (v_pu - (lo or 0))
    return None, None


def test_what_each_voltage_asks_for():
    cases = (
        ("i", 0.8799, "mandatory", 1.42), ("i", 0.7, "mandatory", 0.7), ("i", 0.6999, "permissive", 0.16),
        ("i", 0.4999, "cease", None), ("i", 1.15, "permissive", 1), ("i", 1.1501, "permissive", 0.5), ("i", 1.19, "permissive", 0.2),
        ("i", 1.201, "cease", None),
        ("ii", 0.88 - 1e-4, "mandatory", 5), ("ii", 0.65, "mandatory", 3), ("ii", 0.5, "permissive", 0.32),
        ("ii", 0.44, "permissive", 0.16), ("ii", 0.29, "cease", None), ("ii", 1.16, "permissive", 0.5),
        ("iii", 0.87, "mandatory", 20), ("iii", 0.69, "mandatory", 10), ("iii", 0.49, "momentary_cessation", 1),
        ("iii", 0, "momentary_cessation", 1), ("iii", 1.11, "momentary_cessation", 12), ("iii", 1.21, "cease", None),
        ("i", 0.88, "continuous", None), ("ii", 1.1, "continuous", None), ("iii", 1.0, "continuous", None),
    )
    for category, v_pu, mode, t_s in cases:
        got, seconds = _required(category, v_pu)
        assert got == mode, (category, v_pu, got)
        assert (seconds is None) == (t_s is None) and (t_s is None or abs(seconds - t_s) < 3e-3), (category, v_pu, seconds)


def test_every_voltage_has_exactly_one_mode():
    for category in CATEGORIES:
        for side, inner in (("low", 0.88), ("high", 1.1)):
            rows = [row for row in ride_through.VOLTAGE[category] if row[SIDE] == side]
            edges = [row[V_HI] if side == "low" else row[V_LO] for row in rows]
            outer = [row[V_LO] if side == "low" else row[V_HI] for row in rows]
            assert edges[0] == inner and outer[-1] is None and edges[1:] == outer[:-1], (category, side)
            assert edges == sorted(edges) if side == "high" else edges == sorted(edges)[::-1], (category, side)
        for row in ride_through.VOLTAGE[category]:
            assert row[SOURCE] and row[MARK] in (grid_code.VERIFIED, grid_code.UNVERIFIED)


def test_nothing_is_ridden_through_longer_than_the_trip_allows():
    for category in CATEGORIES:
        figures = grid_code.figures("ieee1547-b-" + category)
        steps = [(figures["trip.uv2_pu"][0], figures["trip.uv2_s"][0]), (figures["trip.uv1_pu"][0], figures["trip.uv1_s"][0])]
        for hundredth in range(0, 88):
            v_pu = hundredth / 100
            _, t_s = _required(category, v_pu)
            trips = [trip_s for trip_pu, trip_s in steps if v_pu < trip_pu]
            if t_s is not None and trips:
                assert t_s <= min(trips) + 1e-6, (category, v_pu, t_s, trips)
        for hundredth in range(111, 120):
            _, t_s = _required(category, hundredth / 100)
            assert t_s <= figures["trip.ov1_s"][0], (category, hundredth)


def test_disturbances_in_a_row_and_rate_of_change():
    assert [row[:3] for row in ride_through.CONSECUTIVE] == [("i", 2, 20), ("ii", 2, 10), ("iii", 3, 5)]
    assert [row[:2] for row in ride_through.ROCOF] == [("i", 0.5), ("ii", 2), ("iii", 3), ("g99", 1)]
    assert [row[:2] for row in ride_through.RESPONSE] == [("momentary_cessation", 0.083), ("restore_output", 0.4), ("cease", 0.16)]


def test_frequencies_to_stay_at_rise_and_lie_inside_the_trips():
    for code, trips in (("ieee1547", "ieee1547-b-iii"), ("g99", "g99")):
        rows = ride_through.FREQUENCY[code]
        for row, following in zip(rows, rows[1:]):
            assert row[0] < row[1] <= following[0], code
        figures = grid_code.figures(trips)
        assert figures["trip.uf2_hz"][0] <= rows[0][0] and rows[-1][1] <= figures["trip.of2_hz"][0], code
        assert [row[2] for row in rows].count("continuous") == 1
    assert [row[3] for row in ride_through.FREQUENCY["ieee1547"]] == [299, None, 299]
    assert [row[3] for row in ride_through.FREQUENCY["g99"]] == [20, 5400, None, 5400, 900]
