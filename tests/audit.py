"""Known vulnerabilities of what is installed: `./aerotrack test --audit`, by pip-audit and npm audit.

Both say that all is well, or end, where they cannot reach who would know. So what was looked at is counted:
less than what is installed is "not audited", and that is not green.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent.parent
OURS = "aerotrack"


def of_python(report: Mapping[str, Any], installed: int) -> Sequence[str]:
    """Say what is wrong by the report of pip-audit; `installed` is how many packages there are but ours."""
    packages = [each for each in report.get("dependencies", ()) if each["name"] != OURS]
    audited = [each for each in packages if "skip_reason" not in each]
    wrong = [f"{each['name']} {each['version']}: {vuln['id']}" for each in audited for vuln in each["vulns"]]
    if len(audited) != installed:
        wrong.append(f"not audited: {installed - len(audited)} of {installed} packages")
    return wrong


def of_page(report: Mapping[str, Any], locked: int) -> Sequence[str]:
    """Say what is wrong by the report of npm audit; `locked` is how many packages its lock file has."""
    if "metadata" not in report:
        return [f"not audited: {report.get('message', 'npm audit says nothing')}"]
    found = report.get("vulnerabilities", {})
    wrong = [f"{name}: {each['severity']}" for name, each in sorted(found.items())]
    audited = report["metadata"]["dependencies"]["total"]
    if audited < locked:
        wrong.append(f"not audited: {locked - audited} of {locked} packages")
    return wrong


def reported(*command: str, cwd: Path = HOME) -> Mapping[str, Any]:
    """Run a command, and return the JSON that it prints, empty if it prints none."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
        report = json.loads(done.stdout)
    except (OSError, json.JSONDecodeError):
        return {}
    return report if isinstance(report, dict) else {}


def main() -> int:
    """Audit both; return the exit status."""
    names = {each.metadata["Name"].lower() for each in distributions()} - {OURS}
    python = reported(
        sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off", "--format", "json"
    )
    lock = json.loads((HOME / "dashboard/package-lock.json").read_text("utf-8"))
    # What is only for another system is in the lock file, and npm does not count it.
    locked = sum(1 for path, each in lock["packages"].items() if path and not each.get("optional"))
    page = reported("npm", "audit", "--json", cwd=HOME / "dashboard")
    status = 0
    for name, wrong in (
        ("Python packages", of_python(python, len(names))),
        ("packages of the page", of_page(page, locked)),
    ):
        print(f"   {name}: {'; '.join(wrong) or 'nothing known against them'}", flush=True)
        status |= bool(wrong)
    return status


if __name__ == "__main__":
    sys.exit(main())
