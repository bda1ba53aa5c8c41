"""What no message may change, whoever signed it: one table, with the reason of each row.

Not its job: operator or installer (the access column of a row), merging changes (config_change.py).
Source: ours; that a message cannot lower security follows the OCPP 2.1 security profiles. What protects people, keys and
the way back to the gateway is laid on site, where somebody sees what he does.
"""

from edge import params

ANY = "on site"                                 # no change from afar
OFF = "installer; off only on site"             # may be switched on
ON = "installer; true only on site"             # may be withdrawn
AWAY = "installer; removing only on site"       # may be replaced

# row or section.*              what is kept   why
ROWS = (
    ("gateway.id",                  ANY,  "broker, certificate and keys know the gateway by it"),
    ("vpp.enabled",                 OFF,  "nobody could be heard again"),
    ("vpp.tls",                     OFF,  "an open link shows and takes everything"),
    ("vpp.ca_file",                 AWAY, "whom the gateway trusts"),
    ("vpp.cert_file",               AWAY, "its own proof who it is"),
    ("vpp.key_file",                AWAY, "its own proof who it is"),
    ("vpp.config_key",              AWAY, "another operator may follow, nobody may not"),
    ("vpp.installer_key",           ANY,  "whoever stole it could make it his own for good"),
    ("vpp.update_key",              ANY,  "a stolen key of the installer must not bring foreign firmware"),
    ("local.query_port",            ANY,  "it opens a port of the machine"),
    ("bus.proxy_port",              ANY,  "it opens a port of the house's network"),
    ("bus.proxy_address",           ANY,  "it opens a port of the house's network"),
    ("recovery.hook",               ANY,  "it lets programs of the house act"),
    ("recovery.power_relay",        ANY,  "it names a file or a pin that is written to"),
    ("page.*",                      ANY,  "it opens a port of the house's network"),
    ("bounds.*",                    ANY,  "they hold against those who sign commands"),
    ("site_link.tls",               OFF,  "an open link shows and takes everything"),
    ("evse.v2g_consent",            ON,   "the owner agrees on site"),
    ("backup.mode",                 ANY,  "people's safety in an island is checked on site"),
    ("backup.interlock_certified",  ON,   "somebody has to have seen the interlock"),
    ("backup.checklist",            ANY,  "it is signed on site"),
    ("backup.earthing",             ANY,  "people's safety in an island is checked on site"),
    ("backup.neutral_switched",     ANY,  "people's safety in an island is checked on site"),
    ("backup.bond",                 ANY,  "people's safety in an island is checked on site"),
)
SECRET_WHY = "a message can be read at the broker"
ALLOWED = "only on the gateway itself"


def rule_of(section, key, row):
    """(what is kept, why) of one row of the parameter table, or None: the installer's signature may change it.

    section: as the site file calls it (bes has the rows of evse); key: of the row.
    """
    if row[1] in (params.KEY, params.SECRET):
        return ANY, SECRET_WHY
    for path, kept, why in ROWS:
        if path in (row[0], section + ".*"):
            return kept, why
    return None


def refused(document, changed):
    """The errors (path, got, allowed, hint) of a changed document, both canonical; [] when all of it may come from afar.

    The results are compared, not the messages: a list that is replaced, or a section that goes, hides nothing.
    """
    errors = []
    for section, how_often, _, _, _ in params.SECTIONS:
        if document.get(section) == changed.get(section):
            continue
        rows = [(key, row, rule_of(section, key, row)) for key, row in params.rows_of(section)]
        rows = [row for row in rows if row[2] is not None]
        if not rows:
            continue
        before, after = document.get(section), changed.get(section)
        if how_often == params.MANY:
            for name, old, new in _pairs(before or [], after or []):
                errors += _judged(section + "." + name, rows, old, new)
        elif (before is None) != (after is None) and _is_whole(section):
            errors.append((section, "", ALLOWED, _is_whole(section)))
        else:
            errors += _judged(section, rows, before or {}, after or {})
    return errors


def _is_whole(section):
    """Why a section that acts by being there may not come or go from afar; None when it may."""
    for path, _, why in ROWS:
        if path == section + ".*":
            return why
    return None


def _pairs(before, after):
    """(name, its table before, after) of every device; one that was not there has an empty table."""
    old = {table.get("name"): table for table in before}
    new = {table.get("name"): table for table in after}
    return [(str(name), old.get(name, {}), new.get(name, {})) for name in sorted(set(old) | set(new), key=str)]


def _judged(path, rows, old, new):
    errors = []
    for key, row, (kept, why) in rows:
        was, now = old.get(key, row[6]), new.get(key, row[6])
        if was == now or not _is_kept(kept, now):
            continue
        got = "(secret)" if row[1] in (params.KEY, params.SECRET) else now
        errors.append((path + "." + key, got, ALLOWED, why))
    return errors


def _is_kept(kept, now):
    """Whether a row that is kept so may not become `now`."""
    if kept == ANY:
        return True
    return now is {OFF: False, ON: True, AWAY: None}[kept]
