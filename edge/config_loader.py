"""Brings in the parameter table and its readers for the time of one call, and forgets them on a board.

Not its job: what they do (config.py, config_change.py). The firmware calls them only through here: on MicroPython the
table and its readers take some 40 kB of heap that the control loop never needs. It forgets itself with them.
Source: ours; measured on the WebAssembly build.
"""

from protocols import forgetting

# every module that only serves reading and changing a configuration; elsewhere in edge/ one may be imported for a moment only
MODULES = ("edge.config_loader", "edge.config", "edge.config_change", "edge.config_access", "edge.config_migrate",
           "edge.config_rules", "edge.config_rules_grid", "edge.config_rules_laws", "edge.config_rules_home",
           "edge.config_rules_backup", "edge.config_rules_switch", "edge.config_rules_page", "edge.config_rules_recovery",
           "edge.config_rules_site", "edge.config_rules_serial", "edge.config_rules_buses", "edge.config_rules_enrol", "edge.param_values", "edge.params",
           "edge.param_devices", "edge.param_grid", "edge.param_duties", "edge.param_home", "edge.param_backup",
           "edge.param_field", "edge.backup.earthing", "edge.grid_code", "edge.bus_plan", "protocols.modbus.line_times", "protocols.modbus.line_client",
           "edge.dead_man", "edge.who_does_what", "edge.laws.wape_stability", "edge.grid_regions",
           "edge.grid_codes.ride_through", "edge.grid_codes.de_14a")


FIRST = 1       # schema of what has no number; config_migrate.py


def schema():
    """The number of this release's parameter table."""
    from edge.version import CONFIG_SCHEMA

    return CONFIG_SCHEMA


def load(document, profile_of=None, schema=None):
    """See config.load."""
    from edge import config

    try:
        return config.load(document, profile_of, schema)
    finally:
        forgetting.forget(*MODULES)


def change(document, changes, access, profile_of=None, schema=None):
    """A changed and checked configuration: (Config, []) or (None, errors); see config_change.merge.

    schema: of the release whose rows the changes name, None: of this one."""
    from edge import config, config_change, config_migrate
    from edge.version import CONFIG_SCHEMA

    try:
        changes, _, errors = config_migrate.migrated_changes(changes, schema)
        merged, errors = (None, errors) if errors else config_change.merge(document, changes, access)
        return (None, errors) if errors else config.load(merged, profile_of, CONFIG_SCHEMA)
    finally:
        forgetting.forget(*MODULES)


def build(document):
    """The Config of a canonical document that was valid before."""
    from edge import config

    try:
        return config.build(document)
    finally:
        forgetting.forget(*MODULES)


def non_default(document, section=None):
    """See config.non_default; section: only this one."""
    from edge import config

    try:
        public = config.non_default(document)
    finally:
        forgetting.forget(*MODULES)
    return public if section is None else {name: part for name, part in public.items() if name == section}


def loop_delay_s(config, device, profile_of):
    """Time from a change of the grid to the answer of one DER, s, as its profile and its bus promise it."""
    from edge import config_rules
    from edge.laws import wape_stability

    try:
        bus_ms = config_rules.bus_time_ms(config, device.bus, profile_of)
        return wape_stability.loop_delay_s(profile_of(device.profile), config.gateway.tick_ms, bus_ms)
    finally:
        forgetting.forget(*MODULES)
