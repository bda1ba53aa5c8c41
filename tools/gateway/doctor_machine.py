"""What `v2g doctor` looks at on the machine itself: clock, space and wear of the store, the release in use.

Not its job: site, buses and brokers (doctor_site.py). A check is a function (config or None, store) -> [(what, level, text,
next step)].
Source: systemd-timesyncd(8), chronyc(1), timedatectl(1); sysfs of the Linux MMC driver: JESD84-B51 life time estimates.
"""

import os
import pathlib
import shutil
import subprocess
import time

from edge.version import VERSION

ASK_S = 5
TIMESYNC_MARK = pathlib.Path("/run/systemd/timesync/synchronized")
SYSFS = pathlib.Path("/sys/dev/block")
RELEASES = pathlib.Path("/opt/v2g-edge")
# Beside the ring of the journal: what is kept of an outage, a configuration change and a download.
ROOM_BYTES = 32_000_000
# Tenths of the life of flash that are used up, as the device estimates it; 11: more than it was made for.
WORN_TENTHS, DEAD_TENTHS = 9, 11
WRITES_A_DAY_MANY_BYTES = 500_000_000


def clock(_config, _store):
    """Is the clock set, and does somebody keep it?"""
    # This file is not older than what it was made from.
    made_s = pathlib.Path(__file__).stat().st_mtime
    now_s = time.time()
    shown = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now_s))
    if now_s < made_s - 86400:
        return [("clock", "fail", "it shows %s, before this program was made: commands and certificates are refused" % shown,
                 "start a time service: systemctl enable --now systemd-timesyncd, and let UDP 123 through")]
    keeper = _keeper()
    if keeper is None:
        return [("clock", "warn", "it shows %s; no time service was found that keeps it" % shown,
                 "install chrony, or systemctl enable --now systemd-timesyncd")]
    name, is_synchronised = keeper
    if not is_synchronised:
        return [("clock", "warn", "it shows %s; %s has not synchronised it" % (shown, name),
                 "is the network up, and UDP 123 let through? 'timedatectl' shows more")]
    return [("clock", "ok", "%s, kept by %s" % (shown, name), "")]


def _keeper():
    """(name of the time service, whether it has set the clock), or None when there is none that can be asked."""
    if TIMESYNC_MARK.exists():
        return "systemd-timesyncd", True
    answer = _output("chronyc", "-c", "tracking")
    if answer:
        fields = answer.split(",")
        return "chrony", len(fields) > 2 and fields[2].isdigit() and 0 < int(fields[2]) < 16
    answer = _output("timedatectl", "show", "--property=NTPSynchronized", "--value")
    return ("the system's time service", answer == "yes") if answer in ("yes", "no") else None


def _output(*command):
    """What a program prints, or None when it is not there or fails."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def space(config, store):
    """Does the store's disk take what the journal's ring and the rest need?"""
    folder = _existing(store)
    try:
        free = shutil.disk_usage(folder).free
        facts = os.statvfs(folder)
    except OSError as error:
        return [("store", "fail", "%s can't be looked at: %s" % (store, error.strerror), "name the right folder with --store")]
    if facts.f_flag & os.ST_RDONLY:
        return [("store", "fail", "%s is on a disk that is mounted read-only: nothing can be kept" % store,
                 "remount it; a card that turned read-only by itself is worn out")]
    if not os.access(folder, os.W_OK):
        return [("store", "fail", "%s may not be written by this user" % store, "run doctor as the gateway's user, or chown the folder to it")]
    ring = config.journal.segment_bytes * config.journal.segments if config is not None else 0
    needed = ring - min(ring, _used(store)) + ROOM_BYTES
    text = "%s: %s free, %s needed" % (store, _size(free), _size(needed))
    if free < needed:
        return [("store", "fail" if free < needed / 2 else "warn", text,
                 "free some space, or set journal.segments lower")]
    if not pathlib.Path(store).is_dir():
        return [("store", "ok", text + "; the folder is made at the first start", "")]
    return [("store", "ok", text, "")]


def wear(_config, store):
    """How much is written, and how much of the flash's life is gone where it says so."""
    rows = []
    a_day = _written_a_day(store)
    if a_day is not None:
        many = a_day > WRITES_A_DAY_MANY_BYTES
        rows.append(("wear", "warn" if many else "ok", "the journal writes about %s a day" % _size(a_day),
                     "fewer devices a gateway, or a disk made for it" if many else ""))
    tenths = _used_life(_existing(store))
    if tenths is not None:
        level = "fail" if tenths >= DEAD_TENTHS else "warn" if tenths >= WORN_TENTHS else "ok"
        words = "more than all" if tenths >= DEAD_TENTHS else "up to %d %%" % (10 * tenths)
        rows.append(("wear", level, "the flash says that %s of its life is used" % words,
                     "replace card or module before it turns read-only" if level != "ok" else ""))
    return rows


def _written_a_day(store):
    """Bytes a day that went into the journal's segments, or None when they tell too little."""
    files = [path.stat() for path in pathlib.Path(store).glob("journal-*")] if pathlib.Path(store).is_dir() else []
    if len(files) < 3:
        return None
    files.sort(key=lambda facts: facts.st_mtime)
    span_s = files[-2].st_mtime - files[0].st_mtime
    return sum(facts.st_size for facts in files[1:-1]) / span_s * 86400 if span_s > 60 else None


def _used_life(folder):
    """Tenths of the life of an eMMC or SD card that are used up, 1 to 11; None when it does not say."""
    try:
        number = os.stat(folder).st_dev
        device = (SYSFS / ("%d:%d" % (os.major(number), os.minor(number)))).resolve()
    except OSError:
        return None
    for place in (device / "device", device.parent / "device"):
        try:
            words = (place / "life_time").read_text().split()
            return max(int(word, 16) for word in words) or None
        except (OSError, ValueError):
            continue
    return None


def release(_config, _store):
    """Which release runs from where."""
    try:
        current = os.path.basename(os.readlink(RELEASES / "current"))
        there = sorted(path.name for path in (RELEASES / "releases").iterdir())
    except OSError:
        return [("release", "ok", "%s, from %s; not installed as a service" % (VERSION, pathlib.Path(__file__).parents[2]), "")]
    others = [name for name in there if name != current]
    beside = ", beside it: " + ", ".join(others) if others else ", none beside it to go back to"
    return [("release", "ok", "%s in use%s" % (current, beside), "")]


def _existing(folder):
    """The folder, or the nearest one above it that exists."""
    path = pathlib.Path(folder).absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _used(folder):
    """Bytes in the files of a folder; 0 when there is none."""
    try:
        return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())
    except OSError:
        return 0


def _size(count):
    return "%.1f GB" % (count / 1e9) if count >= 1e9 else "%.0f MB" % (count / 1e6) if count >= 1e6 else "%.0f kB" % (count / 1e3)
