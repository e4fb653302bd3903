"""The site's pages: those of docs/, and those that people look for at the root of the repository."""

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent
PAGES = {
    "README.md": "index.md",
    "SECURITY.md": "security.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/README.md": "benchmarks.md",
}
"""Files of the repository outside of docs/, and where they are on the site."""
_OF_SITE = {page: file for file, page in PAGES.items()}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:)([^)#\s]+)(#[^)\s]*)?\)|(?<=src=\")(?![a-z]+:)([^\"]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside of docs/, with the pictures beside them."""
    for file, page in PAGES.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / file)))
    for plot in (ROOT / "benchmarks").glob("*.svg"):
        files.append(File.generated(config, f"benchmarks/{plot.name}", abs_src_path=str(plot)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let the links of a page lead to the site's pages, or to the repository."""
    here = page.file.src_uri
    return _LINK.sub(_rewritten(here, config.repo_url or "", files), markdown)


def _rewritten(here: str, repository: str, files: Files) -> Callable[[re.Match[str]], str]:
    beside = posixpath.dirname(_OF_SITE.get(here, f"docs/{here}"))

    def link(found: re.Match[str]) -> str:
        picture, text, path, anchor, source = found.groups()
        target = posixpath.normpath(posixpath.join(beside, path or source))
        of_site = PAGES.get(target, target.removeprefix("docs/"))
        if files.get_file_from_path(of_site):
            there = posixpath.relpath(of_site, posixpath.dirname(here) or ".")
            return there if source else f"{picture}[{text}]({there}{anchor or ''})"
        if not (ROOT / target).exists():
            return found.group()  # for MkDocs to warn of
        return f"[{text}]({repository}/blob/HEAD/{target}{anchor or ''})" if repository else text

    return link
