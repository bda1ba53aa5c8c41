"""The small programs that run on a board while it is flashed, and what they answer.

Not its job: the wire (serial_link.py), what is to be done (serial_flash.py).
Source: MicroPython 1.29, modules os, hashlib, binascii, machine.

A watchdog runs meanwhile: a board whose cable was pulled half-way restarts by itself, with the release it had.
"""

import binascii
import json

CHUNK_BYTES = 1024      # of a file in one exchange

HELPERS = """
import os,hashlib,json
from binascii import hexlify,a2b_base64,b2a_base64
try:
 from machine import WDT
 feed=WDT(timeout=8000).feed
except Exception:
 feed=int
def fingerprint(path):
 digest=hashlib.sha256();piece=bytearray(1024);view=memoryview(piece)
 try:
  with open(path,'rb') as file:
   while True:
    count=file.readinto(piece)
    if not count:break
    digest.update(view[:count])
 except OSError:return ''
 feed()
 return hexlify(digest.digest()).decode()
def walk(folder,found):
 try:entries=list(os.ilistdir(folder))
 except OSError:return found
 for entry in entries:
  path=folder+'/'+entry[0]
  if entry[1]&0x4000:walk(path,found)
  else:found.append(path)
 return found
def whole(folder):
 digest=hashlib.sha256()
 for path in sorted(walk(folder,[])):digest.update((path[len(folder)+1:]+' '+fingerprint(path)+'\\n').encode())
 return hexlify(digest.digest()).decode()
def content(path):
 try:
  with open(path,'rb') as file:return b2a_base64(file.read()).decode().strip()
 except OSError:return None
def folders(path):
 at=path.find('/',1)
 while at>0:
  try:os.mkdir(path[:at])
  except OSError:pass
  at=path.find('/',at+1)
def drop(path):
 try:os.remove(path)
 except OSError:pass
def put(path):
 os.rename(path+'.new',path)
 if hasattr(os,'sync'):os.sync()
"""

IDENTITY = """
import sys,os,json
try:
 facts=os.statvfs('/');free=facts[0]*facts[3]
except (AttributeError,OSError):free=None
print(json.dumps([sys.implementation[0],list(sys.implementation[1])[:3],getattr(sys.implementation,'_machine',''),free]))
"""

UPDATE_KEY = """
try:
 with open('/site.json') as file:key=json.load(file).get('vpp',{}).get('update_key')
except (OSError,ValueError):key=None
print(json.dumps(key))
"""


def identity(link):
    """(name of the runtime, (major, minor, micro), what the board calls itself, free bytes or None)."""
    name, version, machine, free_bytes = json.loads(link.run(IDENTITY))
    return name, tuple(version), machine, free_bytes


def prepare(link):
    """Defines the functions that the others use."""
    link.run(HELPERS)


def update_key(link):
    """RSA modulus that releases for this board are signed with, by its present site; None where it names none."""
    digits = json.loads(link.run(UPDATE_KEY))
    return int(digits, 16) if digits else None


def whole(link, folder):
    """One digest over paths and contents of all files below a folder."""
    return link.run("print(whole(%r))" % folder).strip()


def listing(link, folder):
    """{path below the folder: SHA-256 in hex}."""
    said = link.run("for path in walk(%r,[]):print(path,fingerprint(path))" % folder)
    rows = (line.rpartition(" ") for line in said.splitlines())
    return {path[len(folder) + 1:]: digest for path, _, digest in rows}


def fingerprints(link, paths):
    """[SHA-256 in hex of each file, "" where there is none]."""
    return json.loads(link.run("print(json.dumps([fingerprint(path) for path in %r]))" % (list(paths),)))


def contents(link, paths):
    """[bytes of each small file, None where there is none]."""
    said = json.loads(link.run("print(json.dumps([content(path) for path in %r]))" % (list(paths),)))
    return [None if text is None else binascii.a2b_base64(text) for text in said]


def write(link, path, data, advance=None):
    """Writes a file in place; a part of it stands there until all has come. advance: told of bytes sent."""
    link.run("folders(%r)\nfile=open(%r,'wb')" % (path, path))
    for start in range(0, len(data), CHUNK_BYTES):
        piece = data[start:start + CHUNK_BYTES]
        link.run("file.write(a2b_base64(%r));feed()" % binascii.b2a_base64(piece, newline=False))
        if advance is not None:
            advance(len(piece))
    link.run("file.close()")


def replace(link, path, data):
    """Replaces a file that counts even without a release: written beside, then renamed."""
    write(link, path + ".new", data)
    link.run("put(%r)" % path)


def remove(link, paths):
    """Removes files."""
    for start in range(0, len(paths), 20):
        link.run("for path in %r:drop(path)" % (list(paths[start:start + 20]),))
