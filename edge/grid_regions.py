"""What the operating modes need of a grid code, as flat rows: trip settings, ride-through regions, the calm range.

Not its job: the figures (param_grid.py, grid_codes/ride_through.py), the modes (laws/grid_mode.py). Needed when a
configuration is built, so a board forgets it.
Source: IEEE 1547-2018 6.4, 6.5; where a grid code states no region, a DER stays until its trip setting.
"""
from edge.grid_codes import ride_through

# Quantities of a row: the highest phase, the lowest phase, frequency above, frequency below.
V_MAX, V_MIN, F_OVER, F_UNDER = range(4)

# A grid below this for so long is gone, whatever the trip settings say; no sag of a ride-through table is as deep.
LOSS_PU = 0.05
LOSS_MS = 1000

# Numbers of the modes a region asks for; edge/grid_mode_rows.py has the words in this order.
MODES = ("continuous", "mandatory", "permissive", "momentary_cessation", "cease")

# key of the trip section, quantity
TRIPS = (("ov1", V_MAX), ("ov2", V_MAX), ("uv1", V_MIN), ("uv2", V_MIN),
         ("of1", F_OVER), ("of2", F_OVER), ("uf1", F_UNDER), ("uf2", F_UNDER))

_WIDE = {V_MAX: 9, V_MIN: LOSS_PU, F_OVER: 999, F_UNDER: 0}


def attach(section, trip, category, f_nom_hz):
    """Gives an enter_service section what its law reads.

    trip: the trip section or None. category: of ride_through, "none" without. f_nom_hz: 50 or 60.
    section.trips: ((quantity, beyond this, ms), …). section.regions: ((quantity, low, high, mode number), …).
    section.calm: (v_lo_pu, v_hi_pu, f_lo_hz, f_hi_hz), outside which the rows above are worth a look.
    """
    trips = [(V_MIN, LOSS_PU, LOSS_MS)]
    for key, quantity in TRIPS if trip is not None else ():
        unit = "_pu" if quantity in (V_MAX, V_MIN) else "_hz"
        trips.append((quantity, getattr(trip, key + unit), int(getattr(trip, key + "_s") * 1000)))
    regions = [_region(V_MIN if row[0] == "low" else V_MAX, row[1], row[2], row[3])
               for row in ride_through.VOLTAGE.get(category, ())]
    for low_hz, high_hz, mode in [row[:3] for row in ride_through.FREQUENCY["ieee1547"]] if regions and f_nom_hz == 60 else ():
        regions.append(_region(F_UNDER if low_hz < f_nom_hz else F_OVER, low_hz, high_hz, mode))
    section.trips = tuple(trips)
    section.regions = tuple([row for row in regions if row[3]])
    section.calm = tuple([_calm(section, quantity) for quantity in (V_MIN, V_MAX, F_UNDER, F_OVER)])


def _region(quantity, low, high, mode):
    return quantity, 0 if low is None else low, 999 if high is None else high, MODES.index(mode)


def _calm(section, quantity):
    """The nearest edge of any row of a quantity."""
    is_low = quantity in (V_MIN, F_UNDER)
    edges = [row[1] for row in section.trips if row[0] == quantity]
    edges += [row[2] if is_low else row[1] for row in section.regions if row[0] == quantity]
    edges.append(_WIDE[quantity])
    return max(edges) if is_low else min(edges)
