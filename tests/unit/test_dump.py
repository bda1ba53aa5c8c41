"""`v2g dump`: no secret gets out, whatever else is broken.

Not its job: the parts' contents in detail.
"""

import argparse
import errno
import io
import json
import os
import pathlib
import zipfile

import pytest

from edge import journal
from edge.journal import Journal
from tools import cli
from tools.gateway import dump_parts, redaction

SECRETS = {
    "vpp.password": "correct-horse-battery-1", "vpp.key": "00112233445566778899aabbccddeeff", "vpp.root_key": "ab" * 32,
    "site_link.password": "staple-of-the-house", "page.pin": "48151623", "enrol.token": "ABCDEFGHJKMNPQRSTVWXYZ2345",
}
PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\nMIIG-THE-INNERMOST-OF-IT\n-----END PRIVATE KEY-----\n"
SITE = """
[gateway]
id = "villa-kunterbunt"     # of Mrs Settergren, call +46 1234567
[vpp]
enabled = true
host = "broker.example"
tls = false
password = "%(vpp.password)s"
key = "%(vpp.key)s"
root_key = "%(vpp.root_key)s"
[site_link]
host = "192.168.1.10"
user = "house"
password = "%(site_link.password)s"
[page]
port = 8080
pin = "%(page.pin)s"
[local]
query_port = 1
[[bus]]
name = "cabinet"
host = "127.0.0.1"
[[evse]]
name = "ev"
profile = "sim-four-quadrant"
bus = "cabinet"
p_charge_max_w = 7000
""" % SECRETS


@pytest.fixture
def site(tmp_path):
    """A site folder with secrets in every place that a bundle looks at."""
    store = tmp_path / "v2g-store"
    store.mkdir()
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    for name in ("gateway.key", "config", "wishes", "ca.crt"):
        (store / name).write_text(PRIVATE_KEY + SECRETS["vpp.key"], encoding="utf-8")
    (store / "audit").write_text(json.dumps({"n": 1, "what": "config", "who": "10.0.0.7", "detail": "vpp.key = " + SECRETS["vpp.key"]})
                                 + "\n", encoding="utf-8")
    (tmp_path / "log").write_text("connects with %s\namqp://villa:%s@broker\n%s" % (
        SECRETS["vpp.password"].upper(), "another-password", PRIVATE_KEY), encoding="utf-8")
    made = Journal(4096, 8)
    made.begin("0.1.0", {"gateway": {"id": "villa-kunterbunt"}})
    for number in range(1200):
        made.add_json(journal.EVENT, [number, 3, "bus:cabinet", ["refused: " + SECRETS["site_link.password"]]])
        for action in made.flush(number, True):
            with open(store / action[1], "ab" if action[0] == "append" else "wb") as file:
                file.write(action[2])
        if made.begins_segment():
            made.begin("0.1.0", {"gateway": {"id": "villa-kunterbunt"}})
    return tmp_path


def dumped(folder, *further, code=0):
    """{name: text} of a bundle of the site."""
    out = folder / "out.zip"
    assert cli.main(["dump", str(folder / "site.toml"), "--out", str(out), "--log", str(folder / "log"), *further]) == code
    with zipfile.ZipFile(out) as bundle:
        return {name: bundle.read(name).decode("utf-8", "replace") for name in bundle.namelist()}


def leaked(members):
    """Secrets that stand somewhere in the bundle, with the member's name."""
    everything = list(SECRETS.values()) + ["another-password", "MIIG-THE-INNERMOST-OF-IT"]
    return [(name, secret) for name, text in members.items() for secret in everything if secret.lower() in text.lower()]


def test_no_secret_gets_out(site):
    members = dumped(site)
    assert leaked(members) == []
    assert '"villa-kunterbunt"' in members["v2g-dump/site.json"] and "p_charge_max_w = 7000" in members["v2g-dump/site.toml"]
    assert "Settergren" not in "".join(members.values()), "comments may say anything, so they go"


def test_journal_with_a_secret_is_left_out_and_said_so(site):
    members = dumped(site, "--journal")
    assert leaked(members) == []
    assert "holds a secret" in members["v2g-dump/problems.json"]


def test_events_are_the_last_thousand(site):
    rows = [json.loads(line) for line in dumped(site)["v2g-dump/events.jsonl"].splitlines()]
    assert len(rows) <= 1000 and rows[-1]["t_ms"] == 1199
    assert [row["t_ms"] for row in rows] == list(range(rows[0]["t_ms"], 1200)), "in order, none missing"
    assert redaction.GONE in rows[-1]["line"]


@pytest.mark.parametrize("broken", ("[gateway\nid = 3\n", "p_charge_max_w = \n", '[x]\nnew_password = "hidden-secret-9"\n', "\x00\xff"))
def test_a_broken_site_file_still_gives_a_bundle_without_secrets(site, broken):
    (site / "site.toml").write_text(SITE + broken, encoding="utf-8")
    members = dumped(site)
    assert leaked(members) == [] and "hidden-secret-9" not in "".join(members.values())
    assert json.loads(members["v2g-dump/check.json"])["ok"] is False


def test_no_site_file_and_no_store(tmp_path):
    (tmp_path / "log").write_text("nothing\n", encoding="utf-8")
    members = dumped(tmp_path)
    assert "can't be read" in members["v2g-dump/check.json"]
    assert json.loads(members["v2g-dump/store.json"])["files"] is None


def test_no_serial_number_of_the_machine_goes_out(monkeypatch, site):
    lines = "model name\t: ARM\nSerial\t\t: 10000000abcdef01\nModel\t\t: Raspberry Pi 4\n"
    genuine = open

    def fake(name, *arguments, **options):
        return io.StringIO(lines) if name == "/proc/cpuinfo" else genuine(name, *arguments, **options)

    monkeypatch.setattr(dump_parts, "open", fake, raising=False)
    shown = dump_parts.machine(argparse.Namespace(store=str(site)))["machine.json"]["/proc/cpuinfo"]
    assert "Raspberry Pi 4" in shown and "abcdef01" not in shown


def test_anonymous_names_nobody(site):
    members = dumped(site, "--anonymous")
    text = "".join(members.values())
    assert "villa" not in text
    assert "10.0.0.7" not in text
    assert " %s " % os.uname().nodename not in members["v2g-dump/machine.json"]
    names = {json.loads(members["v2g-dump/site.json"])["gateway"]["id"]}
    assert len(names) == 1 and names.pop().startswith("gw-")


def test_journal_and_anonymous_exclude_each_other(site):
    assert cli.main(["dump", str(site / "site.toml"), "--journal", "--anonymous"]) == 2


def test_layout_is_stable_and_readme_comes_first(site):
    names = list(dumped(site))
    assert names[0] == "v2g-dump/README.txt" and names[1:] == sorted(names[1:])
    assert {"v2g-dump/" + name for name in ("versions.json", "check.json", "doctor.json", "gateway.json", "events.jsonl", "log.txt",
                                            "machine.json", "store.json", "audit.jsonl", "problems.json")} <= set(names)


def test_a_full_disk_is_said_with_the_next_step(site, capsys, monkeypatch):
    before = site / "out.zip"
    before.write_bytes(b"the last one")

    def full(path, data):
        with open(path, "wb") as file:
            file.write(data[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    assert cli.main(["dump", str(site / "site.toml"), "--out", str(before)]) == 1
    told = capsys.readouterr().err
    assert "No space left" in told and "--out" in told
    assert before.read_bytes() == b"the last one" and not list(site.glob("*.part"))


def test_a_folder_that_is_not_there(site, capsys):
    assert cli.main(["dump", str(site / "site.toml"), "--out", str(site / "away" / "out.zip")]) == 1
    assert "away/out.zip: No such file" in capsys.readouterr().err


def test_a_part_that_breaks_takes_no_other_with_it(site, monkeypatch):
    from tools.gateway import dump_parts

    def broken(_):
        raise RuntimeError("a disk that answers no more")
    monkeypatch.setattr(dump_parts, "PARTS", ((broken, "broken"),) + dump_parts.PARTS[1:])
    members = dumped(site)
    assert "answers no more" in members["v2g-dump/problems.json"] and "v2g-dump/events.jsonl" in members


def test_same_contents_same_bytes():
    from tools.gateway import dump

    first, second = (dump.packed({"b": b"2", "README.txt": b"1"}) for _ in range(2))
    assert first == second and zipfile.ZipFile(io.BytesIO(first)).namelist()[0] == "v2g-dump/README.txt"


@pytest.mark.parametrize("address", ["mqtt://user:hunter@2x@broker/", "redis://:hunter@broker", "https://hunterhunter@broker/x", "http://u:hun/hunter@broker"])
def test_no_name_password_or_token_of_an_address_is_handed_on(address):
    told = redaction.Redactor().text("connects to %s now" % address)
    assert "hunter" not in told and "2x" not in told and "broker" in told and told.endswith(" now")


def test_a_broken_site_file_hands_on_no_comment_behind_a_header_and_no_secret_of_an_inner_table():
    text = '[vpp] # old password hunter2\nhost = "a" # hunter3\nbus = { name = "lan", "password" = "hunter4" }\nprofile = "x" \n'
    told = redaction.Redactor().toml(text)
    assert "hunter" not in told and "[vpp]\n" in told and 'profile = "x"' in told


def test_a_secret_is_found_however_it_is_written():
    redactor = redaction.Redactor()
    redactor.learn({"vpp": {"password": 'päss"wort\\1'}, "passwords": ["first-one", {"other": "second-one"}]})
    for written in ('päss"wort\\1', json.dumps('päss"wort\\1'), json.dumps('päss"wort\\1', ensure_ascii=False), "p%C3%A4ss%22wort%5C1"):
        assert redactor.is_in(written.encode()) and "wort" not in redactor.text(written), written
    assert redactor.content({"tokens": ["a1"], "log": "first-one, second-one"}) == {
        "tokens": redaction.GONE, "log": "%s, %s" % (redaction.GONE, redaction.GONE)}
