"""`npm run dev`: what its server makes of the page."""

import re
import subprocess

from tests.web.page import PROJECT

PAGE = """
import { readFileSync } from "node:fs";
import { createServer } from "vite";
const server = await createServer({
  root: "web", server: { middlewareMode: true, ws: false, watch: null }, optimizeDeps: { noDiscovery: true },
});
process.stdout.write(await server.transformIndexHtml("/", readFileSync("web/index.html", "utf8")));
await server.close();
"""


def style_policy(html):
    return re.search(r"style-src ([^;]*)", html)[1]


def test_policy_allows_the_style_elements_that_the_development_server_makes_and_only_there():
    node = ["node", "--input-type=module", "--eval", PAGE]
    served = subprocess.run(node, cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    assert "/@vite/client" in served
    assert style_policy(served) == "'self' 'unsafe-inline'"
    assert style_policy((PROJECT / "web" / "index.html").read_text(encoding="utf-8")) == "'self'"
