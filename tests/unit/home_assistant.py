"""What Home Assistant's documentation says of its MQTT entities, and its templates: the other side of edge/link/discovery.py.

Source: home-assistant.io, integrations mqtt ("Device discovery payload", "Shared options"), sensor.mqtt, binary_sensor.mqtt,
select.mqtt, switch.mqtt, number.mqtt, text.mqtt, button.mqtt, as of 2026; a template is Jinja with the payload as `value_json`.
"""

import json
import re

import jinja2

ID = re.compile("^[a-zA-Z0-9_-]+$")
ROOT = {"device", "origin", "components", "availability_topic", "state_topic", "command_topic", "qos", "encoding"}
DEVICE = {"configuration_url", "connections", "hw_version", "identifiers", "manufacturer", "model", "model_id", "name",
          "serial_number", "suggested_area", "sw_version", "via_device"}
ORIGIN = {"name", "sw_version", "support_url"}
EVERYWHERE = {"platform", "unique_id", "name", "icon", "entity_category", "enabled_by_default", "value_template", "state_topic",
              "default_entity_id", "json_attributes_topic", "json_attributes_template", "qos"}
COMMANDED = {"command_topic", "command_template", "optimistic", "retain"}
# kind: (variables of its own, those it has to have)
PLATFORMS = {
    "sensor": ({"device_class", "unit_of_measurement", "state_class", "suggested_display_precision", "expire_after", "force_update",
                "options", "last_reset_value_template"}, set()),
    "binary_sensor": ({"device_class", "payload_on", "payload_off", "off_delay", "expire_after", "force_update"}, set()),
    "select": (COMMANDED | {"options"}, {"command_topic", "options"}),
    "switch": ((COMMANDED - {"command_template"}) | {"payload_on", "payload_off", "state_on", "state_off", "device_class"}, {"command_topic"}),
    "number": (COMMANDED | {"device_class", "min", "max", "step", "mode", "unit_of_measurement", "payload_reset"}, {"command_topic"}),
    "text": (COMMANDED | {"min", "max", "mode", "pattern"}, {"command_topic"}),
    "button": (COMMANDED | {"payload_press", "device_class"}, {"command_topic"}),
}
UNITS = {"power": {"mW", "W", "kW", "MW"}, "energy": {"Wh", "kWh", "MWh"}, "battery": {"%"}, "duration": {"d", "h", "min", "s", "ms"},
         "plug": {None}}
CATEGORIES = {None, "diagnostic", "config"}


def problems(content):
    """What the documentation has against a device's description, in words; [] when nothing."""
    found = ["root: " + key for key in set(content) - ROOT]
    found += ["device: " + key for key in set(content["device"]) - DEVICE] + ["origin: " + key for key in set(content["origin"]) - ORIGIN]
    if not content["device"].get("identifiers") or not content["origin"].get("name"):
        found.append("device needs identifiers, origin a name")
    ids = [entity.get("unique_id") for entity in content["components"].values()]
    if len(set(ids)) != len(ids) or not all(ids):
        found.append("unique ids")
    for key, entity in content["components"].items():
        own, needed = PLATFORMS[entity["platform"]]
        found += ["%s: no variable %s" % (key, name) for name in set(entity) - EVERYWHERE - own]
        found += ["%s: %s is missing" % (key, name) for name in needed - set(entity)]
        if entity.get("unit_of_measurement") not in UNITS.get(entity.get("device_class"), {entity.get("unit_of_measurement")}):
            found.append("%s: unit of %s" % (key, entity["device_class"]))
        if entity.get("entity_category") not in CATEGORIES or not ID.match(key):
            found.append(key + ": category or key")
    return found


def value(entity, payload):
    """What an entity shows of a state's payload (JSON text): a template's text, as Home Assistant renders it."""
    return _render(entity["value_template"], value=payload, value_json=json.loads(payload))


def command(entity, chosen):
    """The payload that an entity publishes when somebody chooses."""
    return _render(entity["command_template"], value=chosen)


def _render(template, **names):
    return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(template).render(**names).strip()
