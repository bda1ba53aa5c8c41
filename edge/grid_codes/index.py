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
    ("asnzs4777-a", "AS/NZS 4777.2:2020, Australia A", "AU",
     ("asnzs4777", "asnzs4777_au", "asnzs4777_a"), "Large interconnected systems: the National Electricity Market."),
    ("asnzs4777-b", "AS/NZS 4777.2:2020, Australia B", "AU",
     ("asnzs4777", "asnzs4777_au", "asnzs4777_b"), "Small interconnected systems, such as Western Australia's."),
    ("asnzs4777-c", "AS/NZS 4777.2:2020, Australia C", "AU",
     ("asnzs4777", "asnzs4777_au", "asnzs4777_c"), "Isolated or remote systems."),
    ("asnzs4777-nz", "AS/NZS 4777.2:2020, New Zealand", "NZ",
     ("asnzs4777", "asnzs4777_nz"), "Protection and frequency response stay the device's own."),
    ("en50549-1", "EN 50549-1, low voltage", "EU",
     ("en50549_1",), "Defaults of the standard; the network operator's own values come first."),
    ("g99", "Engineering Recommendation G99, type A", "GB",
     ("g99",), "Generation on low voltage in Great Britain."),
    ("de-14a", "Paragraph 14a EnWG", "DE",
     ("de_14a",), "Only the duty to be dimmed; VDE-AR-N 4105 is not among the codes here."),
    ("gb-smart-charge", "Smart Charge Points Regulations 2021", "GB",
     ("gb_smart_charge",), "Only the duties of a charge point, without generation."),
    ("g99-smart-charge", "G99, type A, and Smart Charge Points Regulations 2021", "GB",
     ("g99", "gb_smart_charge"), "A charge point that also feeds in."),
    ("en50549-1-14a", "EN 50549-1 and paragraph 14a EnWG", "DE",
     ("en50549_1", "de_14a"), "VDE-AR-N 4105 differs from EN 50549-1: ask the network operator."),
)
