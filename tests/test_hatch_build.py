"""The build hook, with a stand-in for npm that writes down what it was asked."""

import importlib.util
import json
import os
import stat
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PAGE = "src/aerotrack/web/page"
NPM = """#!/bin/sh
echo "$@" >> "$CALLS"
[ -z "$BREAKS" ] || { echo "npm error code ENOTFOUND" >&2; exit 1; }
case "$1" in
ci) mkdir -p node_modules && cp package-lock.json node_modules/.package-lock.json ;;
run) mkdir -p ../src/aerotrack/web/page && echo page > ../src/aerotrack/web/page/index.html ;;
esac
"""


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hatch_build = load()


def lock(**versions: str) -> str:
    packages = {f"node_modules/{name}": {"version": version} for name, version in versions.items()}
    extra = {"node_modules/vitest": {"version": "4.1.12", "dev": True}}
    return json.dumps({"packages": {"": {}, **packages, **extra}})


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


class Checkout:
    """A checkout with a page to build, and a machine to build it on."""

    def __init__(self, top: Path) -> None:
        self.root = top / "checkout"
        self.dashboard = self.root / "dashboard"
        (self.dashboard / "src").mkdir(parents=True)
        (self.dashboard / "src" / "main.ts").write_text("run();")
        (self.dashboard / "package.json").write_text("{}")
        (self.dashboard / "package-lock.json").write_text(lock(vite="8.3.8"))
        self.tools = top / "tools"
        self.tools.mkdir()
        script(self.tools / "npm", NPM)
        script(self.tools / "node", "#!/bin/sh\necho v20.20.2\n")
        self.log = top / "calls"
        self.environment = {"PATH": f"{self.tools}{os.pathsep}/usr/bin:/bin", "CALLS": str(self.log)}

    def build(self) -> str:
        said: str = hatch_build.build_page(self.root, self.environment)
        return said

    def calls(self) -> list[str]:
        return [line.split()[0] for line in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_fresh_checkout_installs_what_it_needs_and_builds(checkout: Checkout) -> None:
    assert checkout.build() == f"The map page was built into {PAGE}."
    assert checkout.calls() == ["ci", "run"]
    assert (checkout.root / PAGE / "index.html").read_text() == "page\n"


def test_an_unchanged_page_is_left_alone(checkout: Checkout) -> None:
    checkout.build()
    assert checkout.build() == "The map page is up to date."
    assert checkout.calls() == ["ci", "run"]


def test_a_changed_source_builds_again_without_installing_again(checkout: Checkout) -> None:
    checkout.build()
    (checkout.dashboard / "src" / "main.ts").write_text("run(2);")
    checkout.build()
    assert checkout.calls() == ["ci", "run", "run"]


def test_a_changed_test_builds_nothing(checkout: Checkout) -> None:
    checkout.build()
    (checkout.dashboard / "src" / "main.test.ts").write_text("test();")
    assert checkout.build() == "The map page is up to date."


def test_another_version_in_the_lock_installs_again(checkout: Checkout) -> None:
    checkout.build()
    (checkout.dashboard / "package-lock.json").write_text(lock(vite="8.4.0"))
    checkout.build()
    assert checkout.calls() == ["ci", "run", "ci", "run"]


def test_what_was_installed_for_the_tests_is_kept(checkout: Checkout) -> None:
    (checkout.dashboard / "node_modules").mkdir()
    installed = lock(vite="8.3.8", vitest="4.1.12")
    (checkout.dashboard / "node_modules" / ".package-lock.json").write_text(installed)
    checkout.build()
    assert checkout.calls() == ["run"]


def test_the_page_is_left_out_when_asked(checkout: Checkout) -> None:
    checkout.environment["AEROTRACK_SKIP_WEB"] = "1"
    assert checkout.build() == "The map page was left alone, because AEROTRACK_SKIP_WEB is set."
    assert checkout.calls() == []


def test_without_npm_it_says_what_to_install(checkout: Checkout) -> None:
    checkout.environment["PATH"] = str(checkout.root)
    with pytest.raises(
        hatch_build.PageNotBuiltError, match=r"npm was not found: install Node\.js 20\.19 or newer"
    ):
        checkout.build()


def test_an_old_node_is_named(checkout: Checkout) -> None:
    script(checkout.tools / "node", "#!/bin/sh\necho v18.19.0\n")
    with pytest.raises(hatch_build.PageNotBuiltError, match=r"Node\.js here is v18\.19\.0"):
        checkout.build()


def test_a_failing_npm_is_quoted_and_tried_again_next_time(checkout: Checkout) -> None:
    checkout.environment["BREAKS"] = "1"
    with pytest.raises(hatch_build.PageNotBuiltError, match="'npm error code ENOTFOUND'"):
        checkout.build()
    del checkout.environment["BREAKS"]
    assert checkout.build() == f"The map page was built into {PAGE}."


def test_a_page_packed_with_its_sources_needs_no_npm(checkout: Checkout) -> None:
    checkout.build()
    checkout.environment["PATH"] = str(checkout.root)
    assert checkout.build() == "The map page is up to date."


def test_hatchling_gets_a_hook() -> None:
    interface = pytest.importorskip("hatchling.builders.hooks.plugin.interface")
    assert issubclass(hatch_build.get_build_hook(), interface.BuildHookInterface)
