"""Who may connect, and who may publish and receive what: one description for our broker and for Mosquitto.

Rules are rows (user or None for every user, "read" | "write" | "readwrite", filter); in a row for every user, %u is
the user name and %c the client id. As with Mosquitto's files, subscribing is always granted; reading is checked when
a message would be delivered, writing when it is published (a refused message is acknowledged and dropped).

Not its job: transport security.
Source: mosquitto.conf(5) `acl_file`, `password_file`.
"""

import base64
import hashlib
import hmac
import os

from protocols.mqtt.topic_filter import matches

READ = "read"
WRITE = "write"
HASH_ROUNDS = 101  # mosquitto_passwd's default; the file lives as long as the broker and guards loopback only


class Access:
    """users: {name: password}; empty lets everybody in. rules: rows as above; empty allows everything."""

    def __init__(self, users=None, rules=()):
        self.users = dict(users or {})
        self.rules = tuple(rules)

    def may_connect(self, user, password):
        """password: bytes or None."""
        if not self.users:
            return True
        wanted = self.users.get(user)
        return wanted is not None and hmac.compare_digest(wanted.encode(), password or b"")

    def may(self, access, user, client_id, topic):
        """Whether this client may READ or WRITE this topic."""
        if not self.rules:
            return True
        for owner, granted, topic_filter in self.rules:
            if granted not in (access, "readwrite") or owner not in (None, user):
                continue
            if owner is None:
                topic_filter = _filled(topic_filter, user, client_id)
            if topic_filter is not None and matches(topic_filter, topic):
                return True
        return False

    def mosquitto_acl(self):
        """The rules as the text of an acl_file."""
        lines = ["pattern %s %s" % row[1:] for row in self.rules if row[0] is None]
        for user in sorted({row[0] for row in self.rules if row[0] is not None}):
            lines.append("user " + user)
            lines += ["topic %s %s" % row[1:] for row in self.rules if row[0] == user]
        return "\n".join(lines) + "\n"

    def mosquitto_passwords(self):
        """The users as the text of a password_file (PBKDF2-SHA512)."""
        lines = []
        for user, password in self.users.items():
            salt = os.urandom(12)
            digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, HASH_ROUNDS)
            parts = (user, HASH_ROUNDS, base64.b64encode(salt).decode(), base64.b64encode(digest).decode())
            lines.append("%s:$7$%d$%s$%s\n" % parts)
        return "".join(lines)


def _filled(topic_filter, user, client_id):
    """The pattern with %u and %c put in; None for a name that could widen it (wildcards) or is missing."""
    for mark, name in (("%u", user), ("%c", client_id)):
        if mark in topic_filter:
            if not name or "+" in name or "#" in name or "/" in name:
                return None
            topic_filter = topic_filter.replace(mark, name)
    return topic_filter
