"""Takes secrets out of what is handed on: by the parameter table, by what the site file holds, by what a secret looks like.

Not its job: what goes into a bundle (dump_parts.py).
Source: ours. Three nets, since each has holes: named rows, known values wherever they turn up, shapes of keys. A site file
that can't be read keeps only values of rows that are known and no secret.
"""

import hashlib
import json
import os
import re
import urllib.parse

from edge import params

GONE = "(redacted)"
SECRET_TYPES = (params.KEY, params.SECRET)
SECRET_NAMES = tuple(sorted({row[0].rpartition(".")[2] for row in params.all_rows() if row[1] in SECRET_TYPES}))
KNOWN_NAMES = frozenset(row[0].rpartition(".")[2] for row in params.all_rows()) - set(SECRET_NAMES)
# Words in a name that no table knows; a line with one of them goes.
SUSPICIOUS = re.compile(r"pass|pin$|^pin|token|secret|private|credential|^key$|_key$", re.IGNORECASE)
PUBLIC_NAMES = ("config_key", "installer_key", "update_key")       # moduli of public keys
SHAPES = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"(?<=://)[^\s\"'<>]+(?=@)"),     # name and password, or a token, in an address
)
VALUE_MIN_CHARS = 4         # a shorter known value would tear holes into everything
_TOML_KEY = re.compile(r"^\s*([A-Za-z0-9_.\-\"' ]+?)\s*=")
_TOML_HEADER = re.compile(r"^(\s*\[{1,2}[A-Za-z0-9_.\-\"' ]+\]{1,2})\s*(#.*)?$")
_TOML_INNER_KEY = re.compile(r"([A-Za-z0-9_\-]+)[\"']?\s*=")


class Redactor:
    """What is known to be secret here, and the names to be replaced."""

    def __init__(self):
        self.is_anonymous = False       # names were replaced, and people are to be
        self._values = set()
        self._names = {}

    def learn(self, document):
        """Take the secrets of a site document, valid or not."""
        self._walk(document)

    def learn_value(self, value):
        """Take one value that must not be handed on."""
        if isinstance(value, (str, int)) and not isinstance(value, bool) and len(str(value)) >= VALUE_MIN_CHARS:
            self._values.add(str(value))

    def rename(self, name, stand_in=None):
        """Replace a name everywhere from now on; returns what stands for it: drawn, so that nobody can try names out."""
        if name and name not in self._names:
            self._names[name] = stand_in or "gw-" + hashlib.sha256(os.urandom(16) + name.encode()).hexdigest()[:8]
        return self._names.get(name)

    def _walk(self, value):
        if isinstance(value, dict):
            for name, inner in value.items():
                for secret in _leaves(inner) if is_secret(name) else ():
                    self.learn_value(secret)
                self._walk(inner)
        elif isinstance(value, list):
            for inner in value:
                self._walk(inner)

    def content(self, value):
        """A JSON-able value without secrets; texts in it as `text`."""
        if isinstance(value, dict):
            return {self.text(str(name)): GONE if is_secret(name) and inner not in (None, "", False, True, {}, [])
                    else self.content(inner) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.content(inner) for inner in value]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text):
        """A text without known secrets, keys and passwords in addresses; names replaced."""
        for shape in SHAPES:
            text = shape.sub(GONE, text)
        for form in sorted([form for value in self._values for form in _written(value)], key=len, reverse=True):
            text = re.sub(re.escape(form), GONE, text, flags=re.IGNORECASE)
        for name, stand_in in self._names.items():
            text = re.sub(r"(?<![A-Za-z0-9])%s(?![A-Za-z0-9])" % re.escape(name), stand_in, text)
        return text

    def is_in(self, data):
        """Whether a known secret stands in bytes that can't be changed."""
        data = data.lower()
        return any(form.encode().lower() in data for value in self._values for form in _written(value))

    def toml(self, text):
        """A site file as it stands, also a broken one: only lines whose key is known and no secret keep their value."""
        lines, inside = [], None
        for line in text.splitlines():
            if inside is not None:
                inside = None if inside in line else inside
                continue
            found = _TOML_KEY.match(line)
            if found is None:
                header = _TOML_HEADER.match(line)
                lines.append(self.text(header.group(1)) if header else
                             "# (a comment or a line that can't be read: left out)" if line.strip() else "")
                continue
            name = found.group(1).strip().rpartition(".")[2].strip("\"' ")
            value = line.partition("=")[2]
            if name in KNOWN_NAMES and not is_secret(name) and not any(map(is_secret, _TOML_INNER_KEY.findall(value))):
                lines.append(self.text(line.partition("#")[0].rstrip()))
            else:
                lines.append("%s = %s" % (found.group(1).strip(), GONE))
                self._learn_line(line)
            inside = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), None)
        return "\n".join(lines) + "\n"

    def _learn_line(self, line):
        value = line.partition("=")[2].partition("#")[0].strip().strip("\"'")
        self.learn_value(value)


def _leaves(value):
    """Values that are neither dictionary nor list, however deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if inner is None else [leaf for each in inner for leaf in _leaves(each)]


def _written(value):
    """How a value may stand in a file: as it is, as JSON writes it, as an address does."""
    return {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], urllib.parse.quote(value, safe="")}


def is_secret(name):
    """Whether what stands under this name is to be left out."""
    name = str(name)
    return name not in PUBLIC_NAMES and (name in SECRET_NAMES or name not in KNOWN_NAMES and SUSPICIOUS.search(name) is not None)
