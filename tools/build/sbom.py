"""What a bundle is made of, as a CycloneDX 1.6 document: the firmware, its packages with their digests, the runtime it needs.

Not its job: the bundle itself (bundle_writer.py). Every single file with its SHA-256 stands in the bundle's signed manifest; here
a package has one digest over those rows (path, size, SHA-256, a line each), or the list would be a fifth of what a gateway has to download.
Source: CycloneDX 1.6 JSON schema (ECMA-424): bomFormat, specVersion, serialNumber, metadata, components, dependencies.
The serial number is a name-based UUID of the bundle's digest and the time is the build date, so the same input gives the same
bytes.
"""

import hashlib
import json
import uuid

SPEC_VERSION = "1.6"
LICENCE = [{"license": {"id": "Apache-2.0"}}]
NAME = "v2g-edge"
RUNTIME_NAMES = {"cpython": "CPython", "micropython": "MicroPython"}


def make(board, origin, files, tools, bundle):
    """Bytes of the document. files: [(path, bytes)]; tools: [(name, version)] that made it; bundle: its bytes."""
    digest = hashlib.sha256(bundle).hexdigest()
    subject = "%s@%s+%s" % (NAME, origin["version"], board["board"])
    runtime = "runtime@" + board["runtime_version_min"]
    packages = [_package(folder, rows) for folder, rows in sorted(by_folder(files).items())]
    document = {
        "bomFormat": "CycloneDX", "specVersion": SPEC_VERSION, "version": 1,
        "serialNumber": "urn:uuid:%s" % uuid.uuid5(uuid.NAMESPACE_URL, "sha256:" + digest),
        "metadata": {
            "timestamp": origin["built"],
            "tools": {"components": [{"type": "application", "name": name, "version": version} for name, version in tools]},
            "component": {
                "type": "firmware", "bom-ref": subject, "name": NAME, "version": origin["version"],
                "description": "Gateway firmware for bidirectional chargers, for %s" % board["title"],
                "licenses": LICENCE, "hashes": [_sha256(digest)], "properties": _properties(board, origin),
            },
        },
        "components": [{
            "type": "platform", "bom-ref": runtime, "name": RUNTIME_NAMES[board["runtime"]],
            "version": board["runtime_version_min"], "scope": "required",
            "description": "this version or newer, from the operating system or the board's firmware; not in the bundle",
        }] + packages,
        "dependencies": [{"ref": subject, "dependsOn": [runtime] + [package["bom-ref"] for package in packages]}, {"ref": runtime}],
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def by_folder(files):
    """{folder, "." for the top: rows "path size digest" of its files, in order}, as the manifest has them."""
    found = {}
    for path, data in files:
        row = "%s %d %s\n" % (path, len(data), hashlib.sha256(data).hexdigest())
        found.setdefault(path.rpartition("/")[0] or ".", []).append(row)
    return found


def _package(folder, rows):
    return {"type": "library", "bom-ref": "package:" + folder, "name": folder, "licenses": LICENCE,
            "hashes": [_sha256(hashlib.sha256("".join(rows).encode()).hexdigest())]}


def _sha256(digest):
    return {"alg": "SHA-256", "content": digest}


def _properties(board, origin):
    state = {None: "unknown", False: "no", True: "yes"}[origin["is_changed"]]
    rows = (("board", board["board"]), ("status", board["status"]), ("commit", origin["commit"] or "unknown"),
            ("changed-since-commit", state))
    return [{"name": NAME + ":" + name, "value": value} for name, value in rows]
