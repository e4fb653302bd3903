"""The documentation: what it links to exists."""

import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

HOME = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "benchmarks/*.md", "src/**/*.md")
    for page in HOME.glob(pattern)
)


def linked_from(page: Path) -> list[str]:
    return [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOME)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert [link for link in linked_from(page) if not (page.parent / link).exists()] == []


def test_every_page_of_the_documentation_is_found_from_the_readme() -> None:
    found: set[Path] = set()
    left = [HOME / "README.md"]
    while left:
        page = left.pop()
        if page not in found and page.suffix == ".md":
            found.add(page)
            left += [(page.parent / link).resolve() for link in linked_from(page)]
    lost = {page for page in PAGES if page.is_relative_to(HOME / "docs")} - found
    assert sorted(str(page.relative_to(HOME)) for page in lost) == []


def test_the_site_is_built_of_them_without_a_warning(tmp_path: Path) -> None:
    build(load_config(str(HOME / "mkdocs.yml"), site_dir=str(tmp_path)))

    assert "A real-time flight tracker" in (tmp_path / "index.html").read_text("utf-8")
    assert (tmp_path / "security" / "index.html").exists()
