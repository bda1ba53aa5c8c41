"""The site document a gateway is commissioned with: the site's own, made to rest until a test asks for something.

Not its job: running it (live.py), what the record names (record.py: the hash of the site's own document).
Source: ours. Limits, failsafe and profiles stay as they are: the safety chain is part of what is tested. What could move a
charger by itself goes: the default charges nothing, no law of energy or voltage, no power plant, no household broker.
"""

# Sections that want power of their own, or somebody else's orders.
LEFT_OUT = ("vpp", "site_link", "input", "home", "page", "service", "wape", "smart_charge", "backup", "switch", "circuit",
            "enrol", "update", "history", "recovery")
# What comes over the household's broker and holds all the same: a shared fuse, the network operator's limit.
LINKED = ("site_link", "input")
RAMP_W_S = 5000         # the shorter an edge, the less of the house falls into it


def prepared(document):
    """A copy of a canonical site document for commissioning."""
    is_linked = "shared_site" in document or document.get("dso", {}).get("input") == "mqtt"
    left_out = [name for name in LEFT_OUT if not (is_linked and name in LINKED)]
    made = {name: section for name, section in document.items() if name not in left_out}
    made["gateway"] = {**document["gateway"], "mode": "control"}
    control = document.get("control", {})
    made["control"] = {**control, "p_default_w": 0, "ramp_w_s": RAMP_W_S}
    made["local"] = {"query_port": 0}
    if "grid" in made:
        made["grid"] = {key: value for key, value in made["grid"].items() if key != "q_mode"}
    return made
