"""The runbook has an entry for every event, and advice wherever somebody may have to act.

Source: tools/commands/docs_runbook.py.
"""

from edge import reasons
from tools import cli
from tools.commands import docs_runbook, runbook_steps


def test_every_event_number_has_one_entry():
    page = docs_runbook.page()
    for code, severity, _, words in reasons.rows():
        heading = "### E%03d %s\n" % (code, words) if severity > reasons.INFO else "| E%03d | %s |" % (code, words)
        assert page.count(heading) == 1, heading


def test_advice_stands_for_all_that_is_more_than_information():
    wanted = [name for _, severity, name, _ in reasons.rows() if severity > reasons.INFO]
    assert sorted(wanted) == sorted(name for name, _, _ in runbook_steps.STEPS)
    for name, does, do in runbook_steps.STEPS:
        assert does.endswith(".") and do[-1] in ".?" and len(do) < 260, name


def test_commands_in_the_advice_exist():
    verbs = {row[0] for row in cli.VERBS}
    for text in [docs_runbook.HEAD] + [part for row in runbook_steps.STEPS for part in row[1:]]:
        for piece in text.split("`v2g ")[1:]:
            assert piece.split("`")[0].split()[0] in verbs, piece[:40]


def test_alarms_never_say_that_nothing_is_to_be_done():
    grave = [name for _, severity, name, _ in reasons.rows() if severity == reasons.ALARM]
    assert [name for name, _, do in runbook_steps.STEPS if name in grave and do == runbook_steps.NOTHING] == []
