"""What a screen reader finds in the windows of one process, through AT-SPI as a screen reader does.

Usage: spoken.py PID. Prints one JSON list of objects with `role`, `name`, `text` and `focused`, outermost first; an
empty one where the process shows nothing yet.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

DEPTH_MAX = 60
THINGS_MAX = 5_000


def read(thing, depth, found):
    """Adds a thing and what is inside it; what goes away meanwhile is left out."""
    if thing is None or depth > DEPTH_MAX or len(found) >= THINGS_MAX:
        return
    try:
        text = ""
        if thing.get_text_iface() is not None:
            text = Atspi.Text.get_text(thing, 0, min(Atspi.Text.get_character_count(thing), 10_000))
        focused = thing.get_state_set().contains(Atspi.StateType.FOCUSED)
        found.append({"role": thing.get_role_name(), "name": thing.get_name() or "", "text": text, "focused": focused})
        for number in range(min(thing.get_child_count(), 1_000)):
            read(thing.get_child_at_index(number), depth + 1, found)
    except GLib.Error:
        return


wanted = int(sys.argv[1])
desktop = Atspi.get_desktop(0)
found = []
for number in range(desktop.get_child_count()):
    program = desktop.get_child_at_index(number)
    try:
        if program is not None and program.get_process_id() == wanted:
            read(program, 0, found)
    except GLib.Error:
        continue
print(json.dumps(found))
