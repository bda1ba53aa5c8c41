"""Generated pages and the schema say what the tables say, and the committed ones are current.

Not its job: the tables. Source: tools/commands/docs.py.
"""

import json
import tomllib

from edge import params, requests
from protocols import refusals
from tools.commands import docs, docs_devices, docs_messages, docs_parameters, emulate
from tools.gateway import init


def test_every_parameter_is_on_its_page_and_in_the_schema():
    page = docs_parameters.page()
    schema = json.loads(docs_parameters.schema())
    for section in params.SECTIONS:
        table = schema["properties"][section[0]]
        table = table.get("items", table)
        for key, row in params.rows_of(section[0]):
            assert "| `%s` |" % key in page and row[9] in page
            assert key in table["properties"]
        assert table["additionalProperties"] is False
    assert schema["properties"]["evse"]["items"]["properties"]["p_charge_max_w"]["maximum"] == 22000


def test_only_sections_with_figures_of_a_code_are_said_to_be_filled_by_one():
    page = docs_parameters.page()
    for section in ("volt_var", "droop", "trip", "smart_charge"):
        assert "\n## `[%s]`, where used or filled by `grid.code`\n" % section in page
    for section in ("home", "backup", "site_link", "page", "shared_site", "service"):
        assert "\n## `[%s]`, where used\n" % section in page


def test_a_v2h_house_is_played_elsewhere():
    page = docs_devices.page()
    assert "v2g sim outage" in page and "v2g sim outage" in emulate.EPILOG


def test_the_schema_takes_the_starter_and_refuses_a_slip():
    """Checks by hand what a schema checker would: types, ranges, unknown keys, of the starter."""
    schema = json.loads(docs_parameters.schema())["properties"]
    document = tomllib.loads(init.starter())
    for section, part in document.items():
        rows = schema[section].get("items", schema[section])["properties"]
        for table in part if isinstance(part, list) else [part]:
            assert set(table) <= set(rows)
            for key, value in table.items():
                if "enum" in rows[key]:
                    assert value in rows[key]["enum"]
                elif rows[key]["type"] in ("number", "integer"):
                    assert rows[key]["minimum"] <= value <= rows[key]["maximum"]


def test_every_message_field_and_reason_is_on_the_page():
    page = docs_messages.page()
    for row in docs_messages.ALL:
        assert "\n## %s\n" % row[0] in page
        for field in row[6]:
            assert "| `%s` |" % field[0] in page
    for row in refusals.TABLE:
        assert "| %d | %s | %s |" % row in page
    assert all(line.count("|") >= 3 and not line.endswith("|  |") for line in page.splitlines() if line.startswith("| `"))


def test_every_wish_of_the_households_broker_is_on_the_page():
    page = docs_messages.page()
    own = page[page.index("## Household's broker"):page.index("## Numbers of refusals")]
    for row in requests.REQUESTS + requests.FIELDS:
        assert "| `%s` |" % row[0] in own
    for words in ("{prefix}/{gateway}/answer", "1 to 1440 min", "`charge_now`", "at most 200", "Don't publish a wish retained"):
        assert words in own


def test_committed_pages_are_current():
    assert [path.name for path in docs.stale()] == []
