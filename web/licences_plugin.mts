// The licences of all packages in the page, in licences.txt. Vite's own list (`build.license`) leaves out what only
// workers import.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)\b/i;

/**
 * Return the page's plugin, which writes the file, and what makes its workers' plugins.
 *
 * Workers are built while the page's modules are transformed, so all is known when the page is written.
 */
export function licences(): { page: Plugin; worker: () => Plugin } {
  const folders = new Set<string>();
  const gather: Plugin["buildEnd"] = function () {
    for (const id of this.getModuleIds()) {
      const [folder] = PACKAGE_FOLDER.exec(id.replace("\0", "")) ?? [];
      if (folder) folders.add(folder);
    }
  };
  const page: Plugin = {
    name: "recall-licences",
    buildEnd: gather,
    generateBundle() {
      const source = [...folders].map(licenceOf).sort().join("\n");
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
  return { page, worker: () => ({ name: "recall-licences-of-a-worker", buildEnd: gather }) };
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file)).sort();
  const text = files.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n");
  return `## ${name} - ${version} (${license})\n\n${text}\n`;
}
