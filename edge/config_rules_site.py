"""Rules across the rows of the local links: topics that can be used, inputs that can be placed, shares that fit the fuse.

Not its job: single values (param_values.py), the household's energy (config_rules_home.py).
Source: MQTT 3.1.1 4.7 for topics; IEC 60364-4-43 for what a fuse may be loaded with; shared_site/account.py for why the
chargers have to let go within a lease. A rule is a function (config) -> list of (path, got, allowed, hint). Imported
only where one of its sections is there.
"""


def broken(config):
    """All broken rules."""
    errors = []
    for rule in RULES:
        errors += rule(config)
    return errors


def _topics(config):
    errors = []
    if config.site_link is not None and not _is_level(config.site_link.prefix):
        errors.append(("site_link.prefix", config.site_link.prefix, "a topic without +, # and slashes at its ends", ""))
    for number, row in enumerate(config.inputs):
        if "+" in row.topic or "#" in row.topic:
            errors.append(("input[%d].topic" % number, row.topic, "one topic, without + and #", ""))
    return errors


def _is_level(text):
    return not ("+" in text or "#" in text or text.startswith("/") or text.endswith("/") or text.startswith("$"))


def _inputs(config):
    if config.inputs and config.site_link is None:
        return [("input", len(config.inputs), "only beside [site_link]", "write [site_link] host = ...")]
    errors, seen = [], []
    chargers = [der.name for der in config.ders]
    for number, row in enumerate(config.inputs):
        path = "input[%d]" % number
        if row.evse is not None and row.evse not in chargers:
            errors.append((path + ".evse", row.evse, "one of: " + ", ".join(chargers), ""))
        if row.evse is not None and row.quantity != "soc_pct":
            errors.append((path + ".evse", row.evse, "only with quantity soc_pct", ""))
        if row.scale == 0:
            errors.append((path + ".scale", row.scale, "not 0", ""))
        what = (row.quantity, (row.evse or chargers and chargers[0]) if row.quantity == "soc_pct" else None)
        if what in seen:
            errors.append((path + ".quantity", row.quantity, "each value from one topic only", ""))
        seen.append(what)
    return errors


def _shared(config):
    shared = config.shared_site
    if shared is None:
        return [("member", len(config.members), "only beside [shared_site]", "")] if config.members else []
    errors = []
    if config.site_link is None or not config.site_link.enabled:
        errors.append(("site_link.enabled", None if config.site_link is None else False, "true: the gateways of a site talk over it", ""))
    if config.failsafe.device_reversion_s > shared.lease_s:
        errors.append(("failsafe.device_reversion_s", config.failsafe.device_reversion_s,
                       "at most shared_site.lease_s (%g)" % shared.lease_s,
                       "a charger must have let go of a lent share before it is lent again"))
    return errors + (_master(config, shared) if shared.role == "master" else _member(config))


def _member(config):
    if config.members:
        return [("member", len(config.members), "none: only the master lists them", "one gateway has role = \"master\"")]
    return []


def _master(config, shared):
    errors = []
    names = [row.gateway for row in config.members]
    if not names:
        errors.append(("member", None, "at least one", "write [[member]] for every other gateway"))
    for number, name in enumerate(names):
        if name == config.gateway.id or names.index(name) != number:
            errors.append(("member[%d].gateway" % number, name, "another gateway than this one, each once", ""))
    for path, there, hint in (("site.i_fuse_a", config.site.i_fuse_a, "it lends what the fuse leaves"),
                              ("meter", config.meter, "it sees what the house draws"),
                              ("shared_site.i_house_a", shared.i_house_a, "the house needs its part too")):
        if there is None:
            errors.append((path, None, "needed with role = \"master\"", hint))
    if config.site.i_fuse_a is not None and shared.i_house_a is not None:
        shares_a = shared.i_guaranteed_a + sum([row.i_guaranteed_a for row in config.members])
        from edge.shared_site.loads import limit_a      # a master only

        left_a = limit_a(config) - shared.i_house_a
        if shares_a > left_a:
            errors.append(("shared_site.i_guaranteed_a", shared.i_guaranteed_a,
                           "shares of all gateways within %g A; these are %g A" % (left_a, shares_a),
                           "site.i_fuse_a, or a third of site.p_import_max_w, less shared_site.i_house_a"))
    return errors


RULES = (_topics, _inputs, _shared)
