"""Bundles: the same input gives the same bytes, within their size, signed, described, and whole enough to run.

Source: protocols/bundle.py; CycloneDX 1.6 JSON schema (required properties, enumerations, patterns); SOURCE_DATE_EPOCH.
"""

import ast
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tokenize

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from protocols import bundle
from tools import board_texts, cli
from tools.build import board_files, contents, quiet_source
from tools.flash import opened_bundle
from tools.tidy import imports, source

ROOT = board_files.ROOT
ROOMS = ("edge", "protocols", "tools", "boards")
LINUX, BOARD = "linux-generic", "esp32-s3"
EPOCH = "1795248000"


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def pem(key, path, secret=None):
    encryption = serialization.NoEncryption() if secret is None else serialization.BestAvailableEncryption(secret)
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    return str(path)


@pytest.fixture(scope="module")
def built(tmp_path_factory, key):
    """{board: folder of its signed bundle} of every board."""
    folder = tmp_path_factory.mktemp("built")
    key_path = pem(key, folder / "update.pem")
    for name in board_files.names():
        assert cli.main(["build", name, "--out", str(folder / name), "--key", key_path]) == 0
    return folder


def opened(folder, name):
    (path,) = (folder / name).glob("*.v2g")
    return opened_bundle.read(str(path), name)


each_board = pytest.mark.parametrize("name", board_files.names())


@each_board
def test_everything_together_is_within_its_size(built, name):
    total_bytes = sum(path.stat().st_size for path in (built / name).iterdir())
    assert total_bytes <= board_files.load(name)["bundle_max_bytes"]
    assert len(list((built / name).iterdir())) == 3


@each_board
def test_the_sums_are_those_of_the_files(built, name):
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=built / name, check=True, capture_output=True)


@each_board
def test_signature_and_manifest_hold(built, name, key):
    (path,) = (built / name).glob("*.v2g")
    line, signature, _ = bundle.split_head(path.read_bytes())
    modulus = key.public_key().public_numbers().n
    manifest, error = bundle.verify_manifest(line, signature, modulus, name, None)
    assert error is None
    assert bundle.verify_manifest(line, signature, modulus ^ 2, name, None)[1] is not None
    # An independent implementation agrees.
    key.public_key().verify(bytes.fromhex(signature.decode().partition(":")[2]), line, padding.PKCS1v15(), hashes.SHA256())
    release = opened(built, name)
    assert list(release.files) == [row[0] for row in manifest["files"]] == sorted(release.files)
    assert json.loads(release.files["origin.json"])["version"] == manifest["version"]


def copy_of_sources(folder):
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "figures"))
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE")
    return folder


def build_in(folder, name, *, umask=0o022, **environment):
    """Bytes of all that a build in a folder of sources makes, by file name, and what it said to people."""
    out = folder / "made"
    shutil.rmtree(out, ignore_errors=True)
    words = [sys.executable, "-m", "tools.cli", "build", name, "--out", str(out)]
    clean = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(words, cwd=folder, env={**clean, **environment}, umask=umask, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in out.iterdir()}, done.stderr


@pytest.mark.parametrize("name", [LINUX, BOARD])
def test_same_input_same_bytes_wherever_and_whenever(name, tmp_path):
    first, second = (copy_of_sources(tmp_path / folder) for folder in ("here", "somewhere/else"))
    for path in second.rglob("*.py"):
        os.utime(path, (0, 0))
    one, _ = build_in(first, name, SOURCE_DATE_EPOCH=EPOCH, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    two, _ = build_in(second, name, umask=0o077, SOURCE_DATE_EPOCH=EPOCH, PYTHONHASHSEED="77", TZ="Pacific/Auckland",
                      LC_ALL="C.UTF-8", LANG="de_DE.UTF-8")
    assert one == two


def git(folder, *words, **environment):
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env={**os.environ, **names, **environment})


def manifest_and_origin(made):
    (data,) = [content for path, content in made.items() if path.endswith(".v2g")]
    release = opened_bundle.Bundle(data, LINUX)
    return release.manifest, json.loads(release.files["origin.json"])


def test_the_date_is_the_commits_and_what_is_less_than_a_release_is_said_and_marked(tmp_path):
    folder = copy_of_sources(tmp_path / "sources")
    made, said = build_in(folder, LINUX)
    assert "no git here" in said and "unsigned" in said
    assert manifest_and_origin(made)[0]["built"] == "1970-01-01T00:00:00Z"
    assert manifest_and_origin(made)[1]["commit"] is None
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("made\n__pycache__\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "x", GIT_COMMITTER_DATE="2026-11-20T10:00:00+02:00")
    made, said = build_in(folder, LINUX)
    manifest, origin = manifest_and_origin(made)
    assert manifest["built"] == "2026-11-20T08:00:00Z" and not origin["is_changed"] and len(origin["commit"]) == 40
    assert "differ" not in said
    made, _ = build_in(folder, LINUX, SOURCE_DATE_EPOCH=EPOCH)
    assert manifest_and_origin(made)[0]["built"] == "2026-11-21T08:00:00Z"
    (folder / "edge/version.py").write_text((folder / "edge/version.py").read_text() + "\n")
    made, said = build_in(folder, LINUX)
    assert "the sources differ from commit" in said
    assert manifest_and_origin(made)[1]["is_changed"] is True


def test_a_linux_release_runs_with_nothing_but_python(built, tmp_path):
    release = opened(built, LINUX)
    for path, data in release.files.items():
        target = tmp_path / "release" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    start = "import sys; sys.path.insert(0, %r); from tools import cli; sys.exit(cli.main(sys.argv[1:]))" % str(tmp_path / "release")

    def v2g(*words):
        return subprocess.run([sys.executable, "-I", "-S", "-B", "-c", start, *words], cwd=tmp_path, capture_output=True, text=True)

    assert v2g("--version").stdout == "v2g-edge %s\n" % release.manifest["version"]
    assert v2g("init", "site.toml").returncode == 0
    assert v2g("check", "site.toml").returncode == 0
    assert v2g("status", "site.toml").returncode == 3       # nothing answers, and that is said
    for verb, _, module, _ in cli.VERBS:
        done = v2g(verb, "--help")
        if module.startswith("tools.gateway."):
            assert done.returncode == 0, verb + done.stderr
        else:
            assert done.returncode == 3 and done.stderr.count("\n") == 1 and "not on a gateway" in done.stderr, verb
    everything = [path[:-3].replace("/", ".") for path in release.files if path.endswith(".py") and path.startswith(
        ("edge/", "protocols/", "tools/gateway/")) and not path.endswith(("__init__.py", "board_main.py", "hal_uart.py"))]
    code = start.partition("; from")[0] + "; import importlib; [importlib.import_module(name) for name in %r]" % everything
    done = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_service_files_are_in_the_bundle_of_every_linux_board(built):
    for name in board_files.names():
        board = board_files.load(name)
        if board_files.runs_cpython(board):
            names = set(opened(built, name).files)
            assert {"boards/linux-generic/start.py", "boards/linux-generic/v2g-edge.service", "edge/slots.py", "LICENSE",
                    "boards/%s/board.json" % name} <= names
            assert not {row[0].replace(".", "/") + ".py" for row in contents.NEVER_ON_A_GATEWAY} & names


@pytest.mark.parametrize("name", [BOARD, "rp2350-pico-2w"])
def test_a_boards_release_is_compiled_and_holds_what_its_starter_needs(built, name):
    release = opened(built, name)
    assert {"starter/main.py", "starter/slots.mpy", "board.json", "edge/board_main.mpy", "edge/main.mpy"} <= set(release.files)
    compiled = {path: data for path, data in release.files.items() if path.endswith(".mpy")}
    assert all(data[:2] == b"M\x06" for data in compiled.values())
    assert set(release.files) - set(compiled) == {"starter/main.py", "board.json", "origin.json"}
    absent = [prefix.replace(".", "/") for row in board_files.load(name)["leaves_out"] for prefix in row["modules"]]
    assert not [path for path in compiled for prefix in absent if path.startswith((prefix + "/", prefix + "."))]


def test_what_is_left_out_must_not_be_needed_by_what_stays(tmp_path):
    board = {**board_files.load(BOARD), "leaves_out": [{"modules": ["edge.limits"], "sections": [], "why": "test"}]}
    with pytest.raises(contents.Incomplete, match="imports edge.limits, which this board leaves out"):
        contents.files_of(board, {"version": "0.1.0"})


@pytest.mark.parametrize("name", [BOARD, "rp2350-pico-2w"])
def test_what_stays_asks_for_what_is_left_out_only_where_a_site_has_it(name):
    """Every import of a module that a board leaves out stands in a function, and these are the places."""
    allowed = {"edge.config_rules", "edge.config_rules_site", "edge.drivers.fleet", "edge.further", "edge.household.household",
               "edge.link.site_link", "edge.local_runtime", "edge.queries", "edge.recall"}
    absent = contents.left_out(board_files.load(name), ROOT)
    asking = set()
    for room in contents.ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            module = contents.module_name(path, ROOT)
            found = {module for _, wanted, _ in imports.imported(source.parse(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
                     if wanted in absent or wanted.rpartition(".")[0] in absent}
            asking |= found - absent
    assert asking <= allowed, asking - allowed


# -- the key -------------------------------------------------------------------------------------------------


def build(tmp_path, *words):
    return cli.main(["build", "linux-generic", "--out", str(tmp_path / "out"), *words])


def test_the_same_key_gives_the_same_bytes_also_when_it_is_encrypted(tmp_path, key, built, monkeypatch):
    monkeypatch.setenv("THE_PASS", "correct horse")
    assert build(tmp_path, "--key", pem(key, tmp_path / "k.pem", b"correct horse"), "--key-pass", "THE_PASS") == 0
    (one,), (two,) = (list(folder.glob("*.v2g")) for folder in (tmp_path / "out", built / LINUX))
    one, two = (bundle.split_head(path.read_bytes()) for path in (one, two))
    assert one[1] == two[1] or one[0] != two[0]     # somebody may have changed a source meanwhile


def test_a_key_that_can_not_sign_is_one_clear_line(tmp_path, key, monkeypatch, capsys):
    monkeypatch.setenv("WRONG", "x")
    monkeypatch.delenv("ABSENT", raising=False)
    monkeypatch.setattr(sys, "stdin", open(os.devnull))
    locked = pem(key, tmp_path / "locked.pem", b"secret")
    small = pem(rsa.generate_private_key(public_exponent=65537, key_size=2048), tmp_path / "small.pem")
    (tmp_path / "text.pem").write_text("no key")
    for words, said in (((locked, "--key-pass", "WRONG"), "wrong pass phrase"), ((locked, "--key-pass", "ABSENT"), "has no ABSENT"),
                        ((locked,), "--key-pass NAME"), ((small,), "not an RSA key of 3072 bits"),
                        ((str(tmp_path / "text.pem"),), "not a private key"), ((str(tmp_path / "none.pem"),), "No such file")):
        assert build(tmp_path, "--key", *words) == 1
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1, error
    assert not (tmp_path / "out").exists()


def test_unknown_board_and_bad_date_are_one_line(tmp_path, monkeypatch, capsys):
    assert cli.main(["build", "esp32", "--out", str(tmp_path)]) == 2
    assert "did you mean esp32-s3" in capsys.readouterr().err
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert build(tmp_path) == 1
    assert "SOURCE_DATE_EPOCH=yesterday: whole seconds since 1970" in capsys.readouterr().err


# -- the bill of materials -----------------------------------------------------------------------------------

COMPONENT_TYPES = {"application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver",
                   "firmware", "file", "machine-learning-model", "data", "cryptographic-asset"}
TOP_LEVEL = {"bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies"}
SERIAL = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@each_board
def test_the_bill_of_materials_is_cyclonedx_1_6(built, name):
    (path,) = (built / name).glob("*.cdx.json")
    bom = json.loads(path.read_bytes())
    assert set(bom) == TOP_LEVEL and bom["bomFormat"] == "CycloneDX" and bom["specVersion"] == "1.6" and bom["version"] == 1
    assert re.fullmatch(SERIAL, bom["serialNumber"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", bom["metadata"]["timestamp"])
    components = [bom["metadata"]["component"], *bom["components"], *bom["metadata"]["tools"]["components"]]
    for component in components:
        assert component["type"] in COMPONENT_TYPES and component["name"]
        for digest in component.get("hashes", ()):
            assert digest["alg"] == "SHA-256" and re.fullmatch("[0-9a-f]{64}", digest["content"])
        for licence in component.get("licenses", ()):
            assert licence == {"license": {"id": "Apache-2.0"}}
    refs = [component["bom-ref"] for component in components if "bom-ref" in component]
    assert len(set(refs)) == len(refs)
    assert {ref for row in bom["dependencies"] for ref in [row["ref"], *row.get("dependsOn", ())]} <= set(refs)
    assert all(component.get("scope", "required") in ("required", "optional", "excluded") for component in components)


@each_board
def test_it_names_every_file_the_runtime_and_the_bundle(built, name):
    (path,) = (built / name).glob("*.cdx.json")
    (data,) = (built / name).glob("*.v2g")
    bom = json.loads(path.read_bytes())
    board = board_files.load(name)
    assert bom["metadata"]["component"]["hashes"][0]["content"] == hashlib.sha256(data.read_bytes()).hexdigest()
    (platform,) = [row for row in bom["components"] if row["type"] == "platform"]
    assert (platform["name"], platform["version"], platform["scope"]) == (
        {"cpython": "CPython", "micropython": "MicroPython"}[board["runtime"]], board["runtime_version_min"], "required")
    rows = {}
    for file, size, digest in opened(built, name).manifest["files"]:
        rows.setdefault(file.rpartition("/")[0] or ".", []).append("%s %d %s\n" % (file, size, digest))
    packages = {row["name"]: row["hashes"][0]["content"] for row in bom["components"] if row["type"] == "library"}
    assert packages == {folder: hashlib.sha256("".join(lines).encode()).hexdigest() for folder, lines in rows.items()}
    tools = {row["name"] for row in bom["metadata"]["tools"]["components"]}
    assert ("mpy-cross" in tools) == (board["runtime"] == "micropython")


# -- sources without words -----------------------------------------------------------------------------------


def test_every_line_of_code_stays_where_it_was():
    for room in ("edge", "protocols", "tools/gateway"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            quiet = quiet_source.quiet(text)
            assert _calls(quiet) == _calls(text), path
            tokens = tokenize.generate_tokens(io.StringIO(quiet).readline)
            assert not [token for token in tokens if token.type == tokenize.COMMENT], path
            assert ast.get_docstring(ast.parse(quiet)) is None


def _calls(text):
    return [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Call, ast.Raise, ast.Return))]


def test_quiet_keeps_the_program():
    text = '#!/bin/x\n"""Doc."""\nX = "# no comment"  # why\n\n\ndef f():\n    """Doc\n    more."""\n\n\nclass C:\n    "Doc."\n    y = 1\n'
    assert quiet_source.quiet(text) == (
        '#!/bin/x\n\nX = "# no comment"\n\n\ndef f():\n    pass\n\n\n\nclass C:\n\n    y = 1\n')


def test_words_of_tables_stay_off_boards_and_nothing_else():
    given = {"edge.param_x": 'T = (("a.b_w", 1, "W", None, 0, 9, 5, 0, "IEC", "What it is."),)\n',
             "edge.grid_codes.x": 'FIGURES = (("a.b", 1, None, None, "Clause 4", "V"),)\nOTHER = ("Clause 4",)\n',
             "protocols.profiles.x": 'PROFILE = {"name": "x", "sources": ("a",), "setup_hint": "do " "it"}\n',
             "edge.other": 'T = (("a", 1, 2, 3, 4, 5, 6, 7, "s", "t"),)\n'}
    assert board_texts.without(given) == {
        "edge.param_x": "T = (('a.b_w', 1, 'W', None, 0, 9, 5, 0, '', ''),)\n",
        "edge.grid_codes.x": "FIGURES = (('a.b', 1, None, None, '', 'V'),)\nOTHER = ('Clause 4',)\n",
        "protocols.profiles.x": "PROFILE = {'name': 'x', 'sources': '', 'setup_hint': ''}\n",
        "edge.other": given["edge.other"]}
