"""The grid codes a site can name in `grid.code`, and the parts each is put together from.

Source: ours. A later part overrides an earlier one.
"""

CODES = (
    # name,          title,                                                    country, parts, note
    ("ieee1547-a-i", "IEEE 1547-2018, normal category A, abnormal category I", "US",
     ("ieee1547", "ieee1547_a", "ieee1547_i"), "Synchronous machines, where little distributed generation is connected."),
    ("ieee1547-a-ii", "IEEE 1547-2018, normal category A, abnormal category II", "US",
     ("ieee1547", "ieee1547_a", "ieee1547_ii"), "Normal category A with the ride-through of the bulk system."),
    ("ieee1547-a-iii", "IEEE 1547-2018, normal category A, abnormal category III", "US",
     ("ieee1547", "ieee1547_a", "ieee1547_iii"), "Normal category A with the longest ride-through."),
    ("ieee1547-b-i", "IEEE 1547-2018, normal category B, abnormal category I", "US",
     ("ieee1547", "ieee1547_b", "ieee1547_i"), "Full reactive power with the shortest ride-through."),
    ("ieee1547-b-ii", "IEEE 1547-2018, normal category B, abnormal category II", "US",
     ("ieee1547", "ieee1547_b", "ieee1547_ii"), "Inverters where the network operator asks for abnormal category II."),
    ("ieee1547-b-iii", "IEEE 1547-2018, normal category B, abnormal category III", "US",
     ("ieee1547", "ieee1547_b", "ieee1547_iii"), "Inverters on feeders with much distributed generation."),
)
