"""What a bundle is made of, as a CycloneDX 1.6 document: the firmware, its files with their digests, the runtime it needs.

Not its job: the bundle itself (bundle_writer.py).
Source: CycloneDX 1.6 JSON schema (ECMA-424): bomFormat, specVersion, serialNumber, metadata, components, dependencies.
The serial number is a name-based UUID of the bundle's digest and the time the build date, so the same input gives the same
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
        }] + [{"type": "file", "name": path, "hashes": [_sha256(hashlib.sha256(data).hexdigest())]} for path, data in files],
        "dependencies": [{"ref": subject, "dependsOn": [runtime]}, {"ref": runtime}],
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _sha256(digest):
    return {"alg": "SHA-256", "content": digest}


def _properties(board, origin):
    state = {None: "unknown", False: "no", True: "yes"}[origin["is_changed"]]
    rows = (("board", board["board"]), ("status", board["status"]), ("commit", origin["commit"] or "unknown"),
            ("changed-since-commit", state))
    return [{"name": NAME + ":" + name, "value": value} for name, value in rows]
