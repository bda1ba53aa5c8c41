"""The IEEE 13-node test feeder as published, with fixed regulator taps.

Not its job: solving (powerflow.py), the 415 V adaptation (ieee13_415.py).
Source: IEEE PES Distribution System Analysis Subcommittee, 13-bus feeder (2001); W. H. Kersting, Radial
Distribution Test Feeders; line data as in EPRI's IEEE13Nodeckt.dss with the original cable 606.
"""

from host_sim.feeder.network import (
    FEET_PER_MILE,
    Bus,
    Capacitor,
    Line,
    Load,
    Network,
    Regulator,
    Switch,
    Transformer,
    balanced_source_pu,
    symmetric,
)

V_BASE_LN_V = 4160.0 / 3**0.5
V_BASE_634_LN_V = 480.0 / 3**0.5
PUBLISHED_TAPS = (10, 8, 11)

# config: phases, R (ohm/mile), X (ohm/mile), B (uS/mile); lower triangles in the order of `phases`
CONFIGS = {
    "601": ("abc", ((0.3465,), (0.1560, 0.3375), (0.1580, 0.1535, 0.3414)),
            ((1.0179,), (0.5017, 1.0478), (0.4236, 0.3849, 1.0348)),
            ((6.2998,), (-1.9958, 5.9597), (-1.2595, -0.7417, 5.6386))),
    "602": ("abc", ((0.7526,), (0.1580, 0.7475), (0.1560, 0.1535, 0.7436)),
            ((1.1814,), (0.4236, 1.1983), (0.5017, 0.3849, 1.2112)),
            ((5.6990,), (-1.0817, 5.1795), (-1.6905, -0.6588, 5.4246))),
    "603": ("bc", ((1.3294,), (0.2066, 1.3238)), ((1.3471,), (0.4591, 1.3569)), ((4.7097,), (-0.8999, 4.6658))),
    "604": ("ac", ((1.3238,), (0.2066, 1.3294)), ((1.3569,), (0.4591, 1.3471)), ((4.6658,), (-0.8999, 4.7097))),
    "605": ("c", ((1.3292,),), ((1.3475,),), ((4.5193,),)),
    "606": ("abc", ((0.7982,), (0.3192, 0.7891), (0.2849, 0.3192, 0.7982)),
            ((0.4463,), (0.0328, 0.4041), (-0.0143, 0.0328, 0.4463)),
            ((96.8897,), (0.0, 96.8897), (0.0, 0.0, 96.8897))),
    "607": ("a", ((1.3425,),), ((0.5124,),), ((88.9912,),)),
}

# from, to, length (ft), config
SEGMENTS = (
    ("650", "632", 2000, "601"),
    ("632", "671", 2000, "601"),
    ("671", "680", 1000, "601"),
    ("632", "633", 500, "602"),
    ("632", "645", 500, "603"),
    ("645", "646", 300, "603"),
    ("671", "684", 300, "604"),
    ("684", "611", 300, "605"),
    ("692", "675", 500, "606"),
    ("684", "652", 800, "607"),
)

# bus, phases, model, kW, kvar (absorbed at nominal voltage)
SPOT_LOADS = (
    ("634", "a", "pq", 160, 110), ("634", "b", "pq", 120, 90), ("634", "c", "pq", 120, 90),
    ("645", "b", "pq", 170, 125),
    ("646", "bc", "z", 230, 132),
    ("652", "a", "z", 128, 86),
    ("671", "ab", "pq", 385, 220), ("671", "bc", "pq", 385, 220), ("671", "ca", "pq", 385, 220),
    ("675", "a", "pq", 485, 190), ("675", "b", "pq", 68, 60), ("675", "c", "pq", 290, 212),
    ("692", "ca", "i", 170, 151),
    ("611", "c", "i", 170, 80),
)
DISTRIBUTED_LOADS = (("a", 17, 10), ("b", 66, 38), ("c", 117, 68))  # 632-671: phase, kW, kvar
CAPACITORS = (("675", "a", 200), ("675", "b", 200), ("675", "c", 200), ("611", "c", 100))  # kvar at nominal
XFM1_VA, XFM1_Z_PU = 500e3, complex(0.011, 0.02)

# Kersting's exact equivalent of a uniformly distributed load: 2/3 at a quarter of the length, 1/3 at the far end
DISTRIBUTED_BUS, DISTRIBUTED_PLACE, DISTRIBUTED_NEAR = "670", 0.25, 2.0 / 3.0

# Published solution, regulators at 10/8/11: bus -> phase -> (magnitude pu, angle degrees)
PUBLISHED_V = {
    "632": {"a": (1.0210, -2.49), "b": (1.0420, -121.72), "c": (1.0174, 117.83)},
    "633": {"a": (1.0180, -2.56), "b": (1.0401, -121.77), "c": (1.0148, 117.82)},
    "634": {"a": (0.9940, -3.23), "b": (1.0218, -122.22), "c": (0.9960, 117.34)},
    "645": {"b": (1.0329, -121.90), "c": (1.0155, 117.86)},
    "646": {"b": (1.0311, -121.98), "c": (1.0134, 117.90)},
    "671": {"a": (0.9900, -5.30), "b": (1.0529, -122.34), "c": (0.9778, 116.02)},
    "680": {"a": (0.9900, -5.30), "b": (1.0529, -122.34), "c": (0.9778, 116.02)},
    "692": {"a": (0.9900, -5.31), "b": (1.0529, -122.34), "c": (0.9777, 116.02)},
    "675": {"a": (0.9835, -5.56), "b": (1.0553, -122.52), "c": (0.9758, 116.03)},
    "684": {"a": (0.9881, -5.32), "c": (0.9758, 115.92)},
    "611": {"c": (0.9738, 115.78)},
    "652": {"a": (0.9825, -5.25)},
}


def line(from_bus, to_bus, length_ft, config):
    """A published segment as a Line; `length_ft` in feet."""
    phases, r, x, b = CONFIGS[config]
    miles = length_ft / FEET_PER_MILE
    z_ohm = (symmetric(r) + 1j * symmetric(x)) * miles
    return Line(from_bus, to_bus, phases, z_ohm, symmetric(b) * 1e-6 * miles)


def ieee13(taps=PUBLISHED_TAPS):
    """The published feeder from bus 650 (1.0 pu, balanced) on; `taps`: three regulator positions, -16..16."""
    if len(taps) != 3 or any(not -16 <= tap <= 16 for tap in taps):
        raise ValueError("taps %r: three positions within -16..16" % (taps,))
    near_ft = 2000 * DISTRIBUTED_PLACE
    segments = [("RG60", "632", 2000, "601"), ("632", DISTRIBUTED_BUS, near_ft, "601"),
                (DISTRIBUTED_BUS, "671", 2000 - near_ft, "601"), *SEGMENTS[2:]]
    loads = [Load(bus, phases, model, 1e3 * kw, 1e3 * kvar) for bus, phases, model, kw, kvar in SPOT_LOADS]
    for phase, kw, kvar in DISTRIBUTED_LOADS:
        for bus, share in ((DISTRIBUTED_BUS, DISTRIBUTED_NEAR), ("671", 1.0 - DISTRIBUTED_NEAR)):
            loads.append(Load(bus, phase, "pq", 1e3 * kw * share, 1e3 * kvar * share))
    return Network(
        name="ieee13",
        buses=_buses(),
        source_bus="650",
        v_source_pu=balanced_source_pu(),
        lines=tuple(line(*segment) for segment in segments),
        transformers=(Transformer("633", "634", XFM1_VA, XFM1_Z_PU),),
        regulators=(Regulator("650", "RG60", tuple(taps)),),
        switches=(Switch("671", "692"),),
        capacitors=tuple(Capacitor(bus, phase, 1e3 * kvar) for bus, phase, kvar in CAPACITORS),
        loads=tuple(loads),
    )


def _buses():
    full = ("650", "RG60", "632", DISTRIBUTED_BUS, "633", "671", "680", "692", "675")
    buses = [Bus(name, "abc", V_BASE_LN_V) for name in full]
    buses.append(Bus("634", "abc", V_BASE_634_LN_V))
    partial = (("645", "bc"), ("646", "bc"), ("684", "ac"), ("611", "c"), ("652", "a"))
    return tuple(buses + [Bus(name, phases, V_BASE_LN_V) for name, phases in partial])
