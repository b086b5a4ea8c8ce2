"""Adds up the reports of Surefire and Failsafe; fails when the process tests did not run."""

import glob
import sys
import xml.etree.ElementTree as xml


def totals(pattern):
    """(passed, failed, skipped, names of skipped) over the report files that match."""
    ran = failed = 0
    skipped = []
    for path in glob.glob(pattern):
        for case in xml.parse(path).getroot().iter("testcase"):
            ran += 1
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            elif (mark := case.find("skipped")) is not None:
                name = case.get("classname", "") + "." + case.get("name", "")
                skipped.append((name, mark.get("message") or "no reason given"))
    return ran - failed - len(skipped), failed, skipped


def main():
    unit = totals("*/target/surefire-reports/TEST-*.xml")
    process = totals("*/target/failsafe-reports/TEST-*.xml")
    skipped = unit[2] + process[2]
    line = "tests: %d passed, %d failed, %d skipped" % (
        unit[0] + process[0],
        unit[1] + process[1],
        len(skipped),
    )
    if "--line" in sys.argv:
        print(line)
        return 0
    print("unit and simulation: %d passed, %d failed; process: %d passed, %d failed"
          % (unit[0], unit[1], process[0], process[1]))
    for name, reason in skipped:
        print("skipped: %s: %s" % (name, reason))
    if process[0] == 0:
        print("no process test ran")
        return 1
    # Recorded workflows lie beside the checkout or not at all, and a file system is what it is;
    # everything else CI installs.
    unexcused = [
        name
        for name, reason in process[2]
        if "RecordedWorkflowsIT" not in name and "DirectorySyncIT" not in name
    ]
    if unexcused:
        print("skipped although CI installs what it needs: " + ", ".join(unexcused))
        return 1
    return 1 if unit[1] + process[1] else 0


sys.exit(main())
