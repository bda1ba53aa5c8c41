"""What is told of a configuration fits into messages of 8 KiB, however large it is, and holds no secret.

Not its job: who may ask (unit/test_config_over_mqtt). Source: edge/link/config_told.py.
"""

from edge import config, config_store
from edge.link import config_told
from protocols import messages, strict_json
from tests.portable import fake_site

REQUEST = {"id": "r1"}


def store(document):
    canonical, errors = config.normalise(document)
    assert errors == [], errors
    return config_store.ConfigStore(canonical, 4)


def large():
    """A site of some 12 KiB, more than rows of today can make."""
    inputs = [{"quantity": "pv_w", "topic": "t%02d/%s" % (n, "x" * 300)} for n in range(32)]
    return fake_site.document(input=inputs, vpp={"enabled": True, "host": "h", "key": "00" * 16},
                              site_link={"host": "h", "password": "secret"})


def test_a_small_configuration_is_reported_whole():
    content = config_told.reported(store(fake_site.document()), "0" * 32)
    again, error = messages.decode("config_reported", messages.encode("config_reported", content))
    assert error is None and again["values"]["gateway"] == {"id": "gw-test", "mode": "control"}
    assert again["sections"] is None and again["schema"] >= 2 and again["version"] == 4


def test_of_a_large_one_the_sections_are_named_and_come_in_parts_when_asked():
    held = config_store.ConfigStore(large(), 4)
    content = config_told.reported(held, "0" * 32)
    assert content["values"] is None and content["sections"] == sorted(held.document)
    assert len(messages.encode("config_reported", content)) < 2000
    parts = [row for _, row in config_told.sections(dict(REQUEST, sections=["input", "vpp", "site_link", "nonsense"]), held)]
    inputs = []
    for row in parts:
        payload = messages.encode("config_section", row)
        assert len(payload) <= strict_json.MAX_BYTES and b"secret" not in payload and b"000000" not in payload
        if row["section"] == "input":
            inputs += row["values"]["input"]
            assert row["parts"] > 1 and row["part"] <= row["parts"]
    assert inputs == held.document["input"]
    assert [row["values"] for row in parts if row["section"] == "nonsense"] == [{}]
    assert [row["values"] for row in parts if row["section"] == "vpp"] == [{"vpp": {"enabled": True, "host": "h"}}]


def test_the_last_ten_changes_come_when_asked():
    held = store(fake_site.document())
    for version in range(5, 17):
        held.history.add(version, None, "operator", {"wape": {"tau_s": version, "enabled": True}})
        held.history.outcome(version, "in force")
    (_, row), = config_told.sections(dict(REQUEST, sections=["history"]), held)
    rows = row["values"]["history"]
    assert [entry[0] for entry in rows] == list(range(7, 17)) and rows[0][3] == "wape.enabled, wape.tau_s"
    assert messages.encode("config_section", row)


def test_no_number_of_errors_makes_a_report_too_long():
    held = store(fake_site.document())
    held.refuse(5, [("section.%d.%s" % (n, "k" * 200), "\u00e9" * 500, "a" * 900, "h" * 300) for n in range(50)])
    content = config_told.reported(held, "0" * 32)
    assert 1 <= len(content["errors"]) < 20
    assert len(messages.encode("config_reported", content)) <= strict_json.MAX_BYTES
