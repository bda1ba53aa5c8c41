"""`v2g enrol` and `v2g factory-reset` on a store, and the gateway's own key with and without openssl.

Source: contracts of tools/gateway/enrol.py, enrol_key.py and factory_reset.py.
"""

import json
import os
import shutil
import stat
import time

import pytest
from cryptography import x509 as peer
from cryptography.hazmat.primitives import serialization

from edge import hal
from edge.enrol import identity
from protocols import der, key_tree, p256, x509
from tests.portable import enrol_bench
from tools import cli
from tools.gateway import enrol_key, factory_reset

TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SITE = """
[gateway]
id = "gw-1"
[vpp]
enabled = true
host = "broker.example"
root_key = "%s"
[enrol]
[[bus]]
name = "lan"
host = "127.0.0.1"
[[evse]]
name = "ev"
profile = "sim-four-quadrant"
bus = "lan"
p_charge_max_w = 3000
""" % ("11" * 32)


@pytest.fixture
def verb(tmp_path, capsys):
    """Runs a verb on a site file: (exit code, standard output, standard error)."""
    (tmp_path / "site.toml").write_text(SITE)

    def call(name, *arguments):
        code = cli.main([name, str(tmp_path / "site.toml"), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    call.site, call.store = tmp_path / "site.toml", tmp_path / "v2g-store"
    return call


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_a_token_waits_for_the_gateway_and_only_for_it(verb):
    code, out, _ = verb("enrol")
    assert code == 0 and "v2g keys gateway gw-1" in out
    for text in (TOKEN, TOKEN.lower(), "V2G1:GW-1:" + TOKEN, "  %s\n" % TOKEN):
        code, out, _ = verb("enrol", "--token", text)
        assert code == 0 and "v2g run" in out
        assert (verb.store / "claim").read_text().strip() == TOKEN
    for name in ("claim", "next.key", "next.csr"):
        assert mode(verb.store / name) == 0o600
    state = json.loads(verb("enrol", "--json")[1])
    assert state == {"gateway": "gw-1", "token_waits": True, "site_token_waits": False, "certificate": None, "step": "none",
                     "runs_as": None}


def test_a_token_in_the_site_file_needs_no_other_until_it_is_used(verb):
    verb.site.write_text(SITE.replace("[enrol]", '[enrol]\ntoken = "%s"' % TOKEN))
    out = verb("enrol")[1]
    assert "the token stands in the site file; next: start the gateway: v2g run" in out and "v2g keys gateway" not in out
    verb.store.mkdir()
    (verb.store / "enrolment").write_text(json.dumps({"step": "none", "spent": [key_tree.mark(TOKEN)]}))
    assert "v2g keys gateway gw-1" in verb("enrol")[1]


def test_what_is_handed_over_under_a_running_gateway_asks_for_a_restart(verb, tmp_path):
    (tmp_path / "ca.crt").write_text(enrol_bench.ca_pem())
    hold, _ = hal.hold_folder(str(verb.store))
    for arguments in (("--ca", str(tmp_path / "ca.crt")), ("--token", TOKEN)):
        out = verb("enrol", *arguments)[1]
        assert "restart the gateway, which runs as process %d" % os.getpid() in out
    assert json.loads(verb("enrol", "--json")[1])["runs_as"] == str(os.getpid())
    hold.close()
    assert json.loads(verb("enrol", "--json")[1])["runs_as"] is None and (verb.store / "lock").read_text() == "%d\n" % os.getpid()


@pytest.mark.parametrize("text", ["", "ABC", TOKEN + "A", TOKEN[:-1] + "1", "V2G1:GW-2:" + TOKEN, "V2G9:GW-1:" + TOKEN])
def test_what_is_no_token_or_another_gateways_is_refused(verb, text):
    code, out, err = verb("enrol", "--token", text)
    assert code == 1 and out == "" and "v2g keys gateway gw-1 --force" in err
    assert not (verb.store / "claim").exists()


def test_the_operators_authority_is_handed_over_and_nothing_else(verb, tmp_path):
    (tmp_path / "ca.crt").write_text(enrol_bench.ca_pem())
    (tmp_path / "no.crt").write_text("nothing")
    code, _, err = verb("enrol", "--ca", str(tmp_path / "no.crt"))
    assert code == 1 and "ca.crt" in err and not (verb.store / "ca.crt").exists()
    assert verb("enrol", "--ca", str(tmp_path / "ca.crt"))[0] == 0
    assert (verb.store / "ca.crt").read_text() == enrol_bench.ca_pem()
    assert verb("enrol", "--ca", str(tmp_path / "absent"))[0] == 1


def test_without_the_section_it_says_what_to_add(verb):
    verb.site.write_text(SITE.replace("[enrol]\n", ""))
    code, _, err = verb("enrol", "--token", TOKEN)
    assert code == 1 and "[enrol]" in err


def test_it_tells_how_long_a_certificate_is_good(verb):
    verb.store.mkdir()
    info = x509.key_info(p256.public_key(9))
    (verb.store / "gateway.crt").write_text(enrol_bench.certificate_pem(info, int(time.time()), ends_s=10 * 86400 + 60))
    assert "good for 10 days" in verb("enrol")[1]


@pytest.mark.parametrize("has_openssl", [True, False])
def test_the_key_is_the_gateways_own_and_made_once(tmp_path, monkeypatch, has_openssl):
    if has_openssl and shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    if not has_openssl:
        monkeypatch.setattr(enrol_key.shutil, "which", lambda program: None)
    assert enrol_key.prepare(tmp_path, "", "gw-1") and not enrol_key.prepare(tmp_path, "", "gw-1")
    text = (tmp_path / "next.csr").read_text()
    request = peer.load_pem_x509_csr(text.encode())
    key = serialization.load_pem_private_key((tmp_path / "next.key").read_bytes(), None)
    info = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert request.is_signature_valid and request.subject.rfc4514_string() == "CN=gw-1"
    assert x509.request_key(der.from_pem(x509.REQUEST, text)) == info
    assert mode(tmp_path / "next.key") == mode(tmp_path / "next.csr") == 0o600


def test_an_openssl_that_fails_is_done_without(tmp_path, monkeypatch):
    monkeypatch.setattr(enrol_key.shutil, "which", lambda program: "/bin/false")
    assert enrol_key.prepare(tmp_path, "m1-", "gw-1")
    assert peer.load_pem_x509_csr((tmp_path / "m1-next.csr").read_bytes()).is_signature_valid


def test_a_key_in_the_store_is_nobody_elses_from_its_first_byte(tmp_path):
    store = hal.FileStore(str(tmp_path))
    before = os.umask(0)
    try:
        store.write_atomic("gateway.key", b"secret")
    finally:
        os.umask(before)
    assert mode(tmp_path / "gateway.key") == 0o600


def fill(store):
    names = ["gateway.key", "gateway.crt", "ca.crt", "old.key", "m1-gateway.key", "claim", "operator", "kids", "enrolment", "config",
             "wishes", "journal-0", "journal-next", "command-seq", "release-0", "audit"]
    store.mkdir()
    for name in names:
        (store / name).write_bytes(b"" if name == "audit" else b"secret " + name.encode())
    return names


@pytest.mark.parametrize("with_journal", [False, True])
def test_a_reset_leaves_no_key_and_says_so_in_the_audit_log(verb, with_journal):
    fill(verb.store)
    code, out, _ = verb("factory-reset", "--yes", *(["--journal"] if with_journal else []))
    assert code == 0 and "v2g keys revoke gw-1" in out
    left = {path.name for path in verb.store.iterdir()}
    assert left == {"command-seq", "release-0", "audit", "lock"} | (set() if with_journal else {"journal-0", "journal-next"})
    assert b'"what":"reset"' in (verb.store / "audit").read_bytes() and verb.site.exists()


def test_a_reset_asks_first_and_never_under_a_running_gateway(verb, monkeypatch):
    names = fill(verb.store)
    for answer in ("", "yes", "gw-2"):
        monkeypatch.setattr("builtins.input", lambda _question, answer=answer: answer)
        assert verb("factory-reset")[0] == 1
    monkeypatch.setattr("builtins.input", lambda _question: "gw-1")
    hold, _ = hal.hold_folder(str(verb.store))
    code, _, err = verb("factory-reset", "--yes")
    assert code == 1 and "stop it first" in err
    assert {path.name for path in verb.store.iterdir()} == set(names) | {"lock"}
    hold.close()
    assert verb("factory-reset")[0] == 0


def test_keys_go_first_so_that_a_power_cut_leaves_none(tmp_path, monkeypatch):
    gone = []
    store = tmp_path / "v2g-store"
    fill(store)
    unlink = type(store).unlink
    monkeypatch.setattr(type(store), "unlink", lambda path, *more: (gone.append(path.name), unlink(path, *more)))
    factory_reset.wipe(store, factory_reset.doomed(store, True))
    secrets = [name for name in gone if name.endswith(".key") or name in ("claim", "operator")]
    assert set(gone[:len(secrets) + 1]) >= set(secrets)
    assert identity.CLAIM_FILE in secrets
