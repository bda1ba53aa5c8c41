"""A change of the configuration from afar: all or nothing, operator rows only unless the installer signed.

Not its job: when it takes effect and rolls back (config_store.py), signatures (protocols/auth.py), what nobody may change
from afar (config_access.py).
Source: ours; all or nothing as a device shadow takes its desired state.
Changes look like the document; a device is addressed by name: {"wape": {"tau_s": 5}, "evse": {"left": {"wape": false}}}.
null puts a key back to its default. A whole list ([...]) replaces the devices; null for `meter` removes it.
"""

from edge import config, config_access, param_values, params

INSTALLER_ONLY = "only with the installer's signature"


def merge(document, changes, access):
    """The canonical document with the changes: (dictionary, []), or (None, errors) and nothing is changed.

    document: canonical. changes: nested dictionary as above. access: params.OPERATOR or params.INSTALLER.
    errors: (path, got, allowed, hint). Rules across rows are left to config.load of the result.
    """
    errors = []
    merged = {name: _copy(part) for name, part in document.items()}
    for section in sorted(changes):
        row = params.section_row(section)
        if row is None:
            names = [known[0] for known in params.SECTIONS]
            errors.append((section, "", "a section", param_values.did_you_mean(section, names)))
        elif row[1] == params.MANY:
            _merge_many(merged, section, changes[section], access, errors)
        else:
            _merge_one(merged, section, changes[section], access, errors)
    if errors:
        return None, errors
    canonical, errors = config.normalise(merged)
    errors = errors or config_access.refused(document, canonical)
    return (None, errors) if errors else (canonical, [])


def _copy(part):
    return [dict(table) for table in part] if isinstance(part, list) else dict(part)


def _merge_one(merged, section, change, access, errors):
    if change is None or (section not in merged and params.section_row(section)[1] == params.OPTIONAL):
        if access != params.INSTALLER:
            errors.append((section, change, INSTALLER_ONLY, ""))
        elif change is None:
            merged.pop(section, None)
        else:
            merged[section] = change
        return
    table = merged.get(section, {})
    errors += _merge_table(section, section, table, change, access)
    # A section that acts by being there is not an operator's to add: an empty one holds nothing but installer rows.
    if table or section in merged or access == params.INSTALLER:
        merged[section] = table


def _merge_many(merged, section, change, access, errors):
    if isinstance(change, list):
        if access == params.INSTALLER:
            merged[section] = change
        else:
            errors.append((section, "a list", INSTALLER_ONLY, "address one by its name"))
        return
    if not isinstance(change, dict):
        errors.append((section, change, "an object of names", ""))
        return
    tables = merged.get(section, [])
    names = [table.get("name") for table in tables]
    for name in sorted(change):
        if name not in names:
            errors.append((section + "." + name, "", "one of: " + ", ".join(names), param_values.did_you_mean(name, names)))
        else:
            table = tables[names.index(name)]
            errors += _merge_table(section, section + "." + name, table, change[name], access)


def _merge_table(section, path, table, change, access):
    """Changes one table in place and answers the errors; a broken row changes nothing."""
    if not isinstance(change, dict):
        return [(path, change, "an object of keys", "")]
    errors = []
    rows = params.rows_of(section)
    for key in sorted(change):
        place = path + "." + key
        row = None
        for known, found in rows:
            row = found if known == key else row
        if row is None:
            errors.append((place, change[key], "no such key", param_values.did_you_mean(key, [known for known, _ in rows])))
        elif row[7] == params.INSTALLER and access != params.INSTALLER:
            errors.append((place, param_values.public(row, change[key]), INSTALLER_ONLY, ""))
        elif change[key] is None:
            table.pop(key, None)
        else:
            value, problem = param_values.check(row, change[key])
            if problem:
                errors.append((place, param_values.public(row, change[key]), problem[0], problem[1]))
            else:
                table[key] = value
    return errors
