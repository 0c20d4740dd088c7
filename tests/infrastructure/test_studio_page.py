"""The studio's page as it is built: from its sources alone, with every file's type, and its licences."""

import re
import shutil
import subprocess

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3_assets as s3_assets

from layer_build.tree import tree_hash
from stacks import studio_page
from stacks.bundling import built_asset, bundling_failure
from stacks.studio import UPLOADS
from stacks.studio_page import PROJECT, build_here, page_sources
from tools.local_cloud.put_studio import CONTENT_TYPES

FOREIGN = re.compile(rb"""(?:src|href)=["']?https?:|url\(["']?https?:|@import|//cdn""")
TYPES_ONLY = re.compile(r"(?:import|export) type [^;]*;")
PACKAGE = re.compile(r"""(?:from|import)\s*\(?\s*["']((?:@[\w-]+/)?[a-z][\w.-]*)""")


def build(project, out):
    """Build the page of a copy of the project, as a deployment does."""
    subprocess.run(build_here(str(out)), cwd=project, check=True)
    return out


def sources_in(folder):
    """Copy the page's sources, and nothing else, into a folder that has the project's packages."""
    for name in page_sources():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    (folder / "node_modules").symlink_to((PROJECT / "node_modules").resolve())
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return build(PROJECT, tmp_path_factory.mktemp("page"))


def test_every_file_has_a_content_type_and_is_uploaded_once(page):
    files = [path.relative_to(page) for path in page.rglob("*") if path.is_file()]
    suffixes = [suffix for _, each, _ in UPLOADS for suffix in each]

    assert {path.suffix for path in files} <= CONTENT_TYPES.keys()
    assert {path.suffix for path in files if path.parts[0] == "assets"} <= set(suffixes)
    assert len(suffixes) == len(set(suffixes))


def test_page_asks_no_other_host_for_a_part_of_it(page):
    texts = [path for path in page.rglob("*") if path.suffix in {".html", ".css", ".svg"}]

    assert {path.name for path in texts} >= {"index.html", "icon.svg"}
    assert {path: found for path in texts if (found := FOREIGN.findall(path.read_bytes()))} == {}


def test_page_brings_the_licence_of_each_package_those_of_workers_among_them(tmp_path):
    project = sources_in(tmp_path / "project")
    source = project / "web" / "src"
    with (source / "main.tsx").open("a") as file:
        file.write('export { readReviews } from "./readers";\n')  # in a worker, whichever page needs it
    code = [path.read_text(encoding="utf-8") for path in (source / "main.tsx", *source.glob("readers/*.ts"))]
    imported = {name for text in code for name in PACKAGE.findall(TYPES_ONLY.sub("", text))}

    licences = (build(project, tmp_path / "page") / "licences.txt").read_text(encoding="utf-8")

    assert imported >= {"preact", "fflate", "hyparquet", "sql.js"}
    assert {name for name in imported if not re.search(rf"^## {name} - .*\n\n.*\S", licences, re.M)} == set()


@pytest.mark.slow  # another build
def test_sources_alone_give_the_same_bytes_in_any_folder(page, tmp_path):
    elsewhere = build(sources_in(tmp_path / "Ana's Übungen" / "réca ll"), tmp_path / "out")

    assert tree_hash(elsewhere) == tree_hash(page)


def asset_of(project, outdir):
    """Let the CDK build the page of a project as it does for a deployment."""
    app = cdk.App(outdir=str(outdir))
    s3_assets.Asset(
        cdk.Stack(app, "Stack"),
        "Page",
        path=str(project),
        **built_asset(
            project,
            ["web/index.html"],
            image=cdk.DockerImage.from_registry(studio_page.IMAGE),
            in_container=["false"],
            here=build_here,
            use_docker=False,
        ),
    )
    return app.synth()


@pytest.mark.slow  # copies the sources, and runs Vite
def test_failed_build_shows_vites_words_and_says_so(tmp_path, capfd):
    project = sources_in(tmp_path / "broken")
    with (project / "web" / "src" / "main.tsx").open("a") as file:
        file.write('import "./nowhere";\n')

    with pytest.raises(RuntimeError) as failure:
        asset_of(project, tmp_path / "out")

    assert bundling_failure(failure.value) == (
        "Failed to bundle asset Stack/Page/Stage: the studio is not built; Vite says why above"
    )
    assert "Could not resolve './nowhere'" in capfd.readouterr().err
    assert [path for path in (tmp_path / "out").glob("asset.*") if not path.name.endswith("-building")] == []


def test_missing_packages_are_told_with_the_fix(monkeypatch, tmp_path):
    monkeypatch.setattr(studio_page, "PROJECT", tmp_path)

    with pytest.raises(RuntimeError, match=r"node_modules has no Vite .*: run `npm ci`"):
        build_here("out")
