"""Wall times and rules drawn by a seed, and what they mean by Python's zoneinfo and dateutil.

    second.py RELEASE SEED TIMES

A line each, fields apart by tabs; instants in milliseconds:
    Z zone                              a zone there is
    T zone wall kind instant...         kind: one, twice (both instants), none (the first moment after the gap)
    R zone anchor rule days instant...  what a rule gives within so many days of its anchor
"""

import importlib.resources
import random
import struct
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import tzdata
from dateutil.rrule import rrulestr

EPOCH = datetime(1970, 1, 1)
FIRST, LAST = 0, int((datetime(2037, 12, 31) - EPOCH).total_seconds())
# Every trial takes its share of the times around transitions; so many trials take them all.
SHARES = 20
# Changes that are rules of the file come months apart.
WEEK = 7 * 86400
CHANGING = [
    "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/Santiago",
    "America/Asuncion", "America/Havana", "Africa/Cairo", "Asia/Jerusalem", "Asia/Beirut",
    "Australia/Sydney", "Australia/Lord_Howe",
]


def offset(zone, second):
    at = datetime.fromtimestamp(second, timezone.utc).astimezone(zone)
    return int(at.utcoffset().total_seconds())


def transitions(name, zone):
    """Instants at which the offset changes: those of the file, and after its last one those of its rule."""
    data = importlib.resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()

    def counts(at):
        return struct.unpack(">6l", data[at + 20 : at + 44])

    utc, std, leap, times, types, chars = counts(0)
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + std + utc
    times = counts(second)[3]
    found = list(struct.unpack(f">{times}q", data[second + 44 : second + 44 + 8 * times]))
    day = max([*found, FIRST])
    if "," in data.rsplit(b"\n", 2)[1].decode():
        while day < LAST:
            low, high = day, day + WEEK
            if offset(zone, low) != offset(zone, high):
                found.append(bisect(zone, low, high))
            day = high
    return sorted({at for at in found if FIRST < at < LAST and offset(zone, at - 1) != offset(zone, at)})


def bisect(zone, low, high):
    """The first second with the offset that `high` has."""
    late = offset(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if offset(zone, middle) == late else (middle, high)
    return high


def meant(zone, wall):
    """What a naive wall time means: its instants in order, or the end of the gap it is in."""
    second = int((wall - EPOCH).total_seconds())
    rest = wall.microsecond // 1000
    offsets = [int(wall.replace(tzinfo=zone, fold=fold).utcoffset().total_seconds()) for fold in (0, 1)]
    fits = sorted({second - by for by in offsets if offset(zone, second - by) == by})
    if fits:
        return [at * 1000 + rest for at in fits]
    return [], bisect(zone, second - max(offsets), second - min(offsets)) * 1000


def settled(zone, wall):
    found = meant(zone, wall)
    return found[1] if isinstance(found, tuple) else found[0]


def text(wall):
    return wall.isoformat(timespec="milliseconds" if wall.microsecond else "seconds")


def say(*fields):
    print(*fields, sep="\t")


def say_time(name, zone, wall):
    found = meant(zone, wall)
    if isinstance(found, tuple):
        say("T", name, text(wall), "none", found[1])
    else:
        say("T", name, text(wall), "one" if len(found) == 1 else "twice", *found)


def around(chance, zone, at):
    """Wall times at both edges of a transition, in the middle of it, and near it."""
    before, after = offset(zone, at - 1), offset(zone, at)
    edges = sorted((EPOCH + timedelta(seconds=at + by) for by in (before, after)))
    for edge in edges:
        yield from (edge, edge - timedelta(seconds=1), edge + timedelta(seconds=1))
    yield edges[0] + (edges[1] - edges[0]) / 2
    yield edges[0] + timedelta(seconds=chance.randrange(0, int((edges[1] - edges[0]).total_seconds())))
    yield edges[0] - timedelta(milliseconds=1)
    yield edges[1] + timedelta(milliseconds=chance.randrange(0, 7_200_000))


def say_rule(name, zone, anchor, rule, days):
    end = anchor + timedelta(days=days)
    instants = {}
    for wall in rrulestr(rule, dtstart=anchor):
        if wall > end + timedelta(days=3):
            break
        instants[settled(zone, wall)] = True
    last = settled(zone, anchor) + days * 86_400_000
    say("R", name, text(anchor), rule, days, *[at for at in instants if at < last])


def any_rule(chance, anchor):
    freq = chance.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    rule = f"FREQ={freq};INTERVAL={chance.randrange(1, 4)}"
    days = chance.sample(["MO", "TU", "WE", "TH", "FR", "SA", "SU"], chance.randrange(1, 4))
    if freq == "WEEKLY" or (freq == "DAILY" and chance.random() < 0.3):
        rule += ";BYDAY=" + ",".join(days)
    if freq == "MONTHLY":
        rule += chance.choice([
            f";BYMONTHDAY={chance.randrange(1, 32)}", ";BYMONTHDAY=28,29,30,31;BYSETPOS=-1", ";BYMONTHDAY=-1",
            f";BYDAY={chance.choice(['1', '2', '-1'])}{days[0]}", f";BYDAY={','.join(days)};BYSETPOS=1", "",
        ])
    if chance.random() < 0.3:
        rule += ";BYHOUR=" + ",".join(str(hour) for hour in sorted(chance.sample(range(24), 2)))
    if chance.random() < 0.3:
        rule += f";COUNT={chance.randrange(1, 40)}"
    elif chance.random() < 0.3:
        rule += (anchor + timedelta(days=chance.randrange(1, 300))).strftime(";UNTIL=%Y%m%dT%H%M%S")
    return rule


def main():
    release, seed, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if tzdata.IANA_VERSION != release:
        sys.exit(f"Python has the zone data {tzdata.IANA_VERSION}, the program {release}")
    # "Factory" stands for a computer whose zone nobody has set; chrono-tz leaves it out.
    names = importlib.resources.files("tzdata").joinpath("zones").read_text().split()
    names.remove("Factory")
    zones = {name: ZoneInfo(name) for name in names}
    chance = random.Random(seed)
    for name in names:
        say("Z", name)
    changes = [(name, at) for name, zone in zones.items() for at in transitions(name, zone)]
    said = 0
    for name, at in changes[seed % SHARES :: SHARES]:
        for wall in around(chance, zones[name], at):
            say_time(name, zones[name], wall)
            said += 1
    while said < times:
        name = chance.choice(names)
        say_time(name, zones[name], EPOCH + timedelta(seconds=chance.randrange(FIRST + 86400, LAST)))
        said += 1
    for name in CHANGING:
        for _, at in [change for change in changes if change[0] == name and change[1] > 1_700_000_000]:
            wall = next(wall for wall in [list(around(chance, zones[name], at))[6]])
            anchor = wall.replace(microsecond=0) - timedelta(days=2)
            say_rule(name, zones[name], anchor, "FREQ=DAILY;COUNT=5", 10)
            say_rule(name, zones[name], wall.replace(microsecond=0) - timedelta(days=7), "FREQ=WEEKLY;COUNT=3", 30)
    for _ in range(200):
        name = chance.choice(names)
        anchor = EPOCH + timedelta(minutes=chance.randrange(28_000_000, 34_000_000))
        say_rule(name, zones[name], anchor, any_rule(chance, anchor), 400)


main()
