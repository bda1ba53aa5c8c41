"""Home Assistant finds the gateway by itself: one description of each charger and of the site, as its MQTT integration reads it.

Not its job: the states and wishes that it describes (site_link.py, site_wishes.py). Imported once a connection.
Source: Home Assistant's MQTT integration, "Device discovery payload" (since 2024.11) and the configuration variables of
sensor, binary_sensor, select, switch, number, text and button. Nobody reads a bare sign: charging and discharging are two
sensors, and so is what goes either way at the connection.

A row is (key, kind of entity, name, template of its value, further variables). Templates read the retained states.
"""
from edge.requests import WISHES
from edge.version import VERSION

UNKNOWN = "None"        # what a sensor takes for unknown
TIME_PATTERN = "^(([01][0-9]|2[0-3]):[0-5][0-9]|none)$"
POWER = {"device_class": "power", "unit_of_measurement": "W", "state_class": "measurement", "suggested_display_precision": 0}
# A counter that begins anew with each stay; Home Assistant adds up what it sees.
ENERGY = {"device_class": "energy", "unit_of_measurement": "Wh", "state_class": "total_increasing"}
PERCENT = {"unit_of_measurement": "%", "state_class": "measurement"}
DIAGNOSTIC = {"entity_category": "diagnostic"}


def _either_way(path, sign):
    """Template of a power in one direction, W; sign: 1 or -1."""
    return "{%% if %s is none %%}%s{%% else %%}{{ [%d * %s, 0] | max }}{%% endif %%}" % (path, UNKNOWN, sign, path)


CHARGER = (
    ("doing", "sensor", "Doing", "{{ value_json.doing }}", {"icon": "mdi:ev-station"}),
    ("why", "sensor", "Why", "{{ value_json.why[:255] }}", {"icon": "mdi:help-circle-outline"}),
    ("charging", "sensor", "Charging power", _either_way("value_json.p_ac_w", -1), POWER),
    ("soc", "sensor", "Battery", "{{ value_json.soc_pct }}", dict(PERCENT, device_class="battery")),
    ("charged", "sensor", "Charged", "{{ value_json.e_charged_wh }}", ENERGY),
    ("plugged", "binary_sensor", "Vehicle", "{{ {true: 'ON', false: 'OFF'}.get(value_json.plugged) }}", {"device_class": "plug"}),
)
BIDIRECTIONAL = (
    ("discharging", "sensor", "Discharging power", _either_way("value_json.p_ac_w", 1), POWER),
    ("discharged", "sensor", "Discharged", "{{ value_json.e_discharged_wh }}", ENERGY),
)
SITE = (
    ("import", "sensor", "Drawn from the grid", _either_way("value_json.p_pcc_w", -1), POWER),
    ("export", "sensor", "Fed into the grid", _either_way("value_json.p_pcc_w", 1), POWER),
    ("load", "sensor", "House", "{{ value_json.load_w }}", POWER),
    ("refusal", "sensor", "Last refusal", "{{ value_json.refusal.text[:255] if value_json.refusal else 'none' }}", DIAGNOSTIC),
)
PV = (("pv", "sensor", "Sun", "{{ value_json.pv_w }}", POWER),)
BACKUP = (
    ("backup", "sensor", "Backup", "{{ (value_json.backup or {}).state | default(None) }}", {"icon": "mdi:home-battery"}),
    ("autonomy", "sensor", "Autonomy", "{{ (value_json.backup or {}).autonomy_h | default(None) }}",
     {"device_class": "duration", "unit_of_measurement": "h", "state_class": "measurement"}),
)


def topics(config):
    """Where the descriptions go: the chargers' first, then the site's; each takes one retained message."""
    return [_topic(config, der.name) for der in config.ders] + [_topic(config, "site")]


def content(config, number):
    """The description that goes to the topic of that number, JSON-able."""
    base = "%s/%s/" % (config.site_link.prefix, config.gateway.id)
    if number < len(config.ders):
        der = config.ders[number]
        device, state = _device(config, der.name), base + "state/" + der.name
        device["via_device"] = _identity(config, "site")
        rows = CHARGER + (BIDIRECTIONAL if der.p_discharge_max_w else ())
        wishes = _charger_wishes(config, base, der) if config.site_link.wishes else {}
    else:
        device, state = _device(config, "site"), base + "state"
        rows = SITE + (PV if _has_pv(config) else ()) + (BACKUP if config.backup is not None else ())
        wishes = _site_wishes(config, base) if config.site_link.wishes else {}
    name = "site" if number == len(config.ders) else config.ders[number].name
    entities = {}
    for key, kind, label, template, further in rows:
        entities[key] = dict(further, platform=kind, name=label, value_template=template)
    entities.update(wishes)
    for key, entity in entities.items():
        entity["unique_id"] = _identity(config, name) + "_" + key
    return {"device": device, "origin": {"name": "V2G Edge", "sw_version": VERSION}, "availability_topic": base + "online",
            "state_topic": state, "qos": 0, "components": entities}


def _charger_wishes(config, base, der):
    """What may be asked of one charger."""
    found = {
        "wish": {"platform": "select", "name": "Now", "options": list(WISHES), "value_template": "{{ value_json.wish }}",
                 "command_topic": base + "set/wish", "command_template": '{"wish": "{{ value }}", "evse": "%s"}' % der.name},
        "target": {"platform": "number", "name": "Charge wanted at departure", "min": 0, "max": 100, "step": 5, "mode": "slider",
                   "unit_of_measurement": "%", "command_topic": base + "set/target_soc_pct",
                   "value_template": "{{ value_json.promise.soc_pct if value_json.promise else None }}",
                   "command_template": '{"target_soc_pct": {{ value }}, "evse": "%s"}' % der.name},
    }
    if config.home is not None:     # elsewhere a departure has to say how much, too
        found["departure"] = {
            "platform": "text", "name": "Departure (07:30 or none)", "pattern": TIME_PATTERN, "max": 5,
            "command_topic": base + "set/departure", "value_template":
                "{{ (value_json.promise.until.at or '')[-5:] if value_json.promise and value_json.promise.until else 'none' }}",
            "command_template": '{"departure": {{ "null" if value == "none" else value | tojson }}, "evse": "%s"}' % der.name}
    if der.p_discharge_max_w:
        found["consent"] = {
            "platform": "switch", "name": "May discharge", "value_template": "{{ value_json.consent.on }}",
            "state_on": "True", "state_off": "False", "command_topic": base + "set/consent",
            "payload_on": '{"consent": true, "evse": "%s"}' % der.name,
            "payload_off": '{"consent": false, "evse": "%s"}' % der.name}
    return found


def _site_wishes(config, base):
    """What may be asked of the whole site."""
    found = {}
    if config.home is not None:
        from edge.param_home import MODES

        found["mode"] = {"platform": "select", "name": "Energy mode", "options": list(MODES),
                         "value_template": "{{ value_json.energy.mode }}", "command_topic": base + "set/energy_mode",
                         "command_template": '{"energy_mode": "{{ value }}"}'}
    if config.vpp.enabled:
        found["pause"] = {"platform": "button", "name": "Pause the power plant for an hour", "command_topic": base + "set/pause_vpp_min",
                          "payload_press": "60"}
    return found


def _has_pv(config):
    return bool(config.pvs) or "pv_w" in [row.quantity for row in config.inputs]


def _device(config, name):
    return {"identifiers": [_identity(config, name)], "manufacturer": "V2G Edge", "sw_version": VERSION,
             "name": "%s %s" % (config.gateway.id, name),
             "model": "gateway" if name == "site" else [der.profile for der in config.ders if der.name == name][0]}


def _identity(config, name):
    return "v2g_%s_%s" % (config.gateway.id, name)


def _topic(config, name):
    return "%s/device/%s/config" % (config.site_link.discovery_prefix, _identity(config, name))
