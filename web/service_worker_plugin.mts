// Builds the service worker with the list of the built files in it: so it is another one when any of them is. The page
// gets the name of its version, too, to know whether a worker's files are newer.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const WORKER = "sw.js";
const PLACE = /(["'`])__BUILT__\1/;
const NOT_LOADED = /\.(map|txt)$/;

export function serviceWorker(): Plugin {
  let publicFolder = "";
  return {
    name: "recall-service-worker",
    apply: "build",
    enforce: "post", // after index.html was made
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    buildStart() {
      this.emitFile({ type: "chunk", id: join(import.meta.dirname, "src", "sw.ts"), fileName: WORKER });
    },
    generateBundle(_options, bundle) {
      const worker = bundle[WORKER];
      if (worker?.type !== "chunk" || !PLACE.test(worker.code)) this.error(`${WORKER} has no place for the list of files`);
      const contents = new Map<string, string | Uint8Array>();
      for (const name of readdirSync(publicFolder)) contents.set(name, readFileSync(join(publicFolder, name)));
      for (const [name, file] of Object.entries(bundle)) contents.set(name, file.type === "chunk" ? file.code : file.source);
      const files = [...contents.keys()].filter((name) => name !== WORKER && !NOT_LOADED.test(name)).sort();
      const hash = createHash("sha256");
      for (const name of files) hash.update(name).update("\0").update(contents.get(name)!).update("\0");
      const version = hash.digest("hex").slice(0, 16);
      const page = bundle["index.html"];
      if (page?.type !== "asset") this.error("there is no page for the version's name");
      page.source = String(page.source).replace("__VERSION__", version);
      const built = JSON.stringify({ version, files });
      worker.code = worker.code.replace(PLACE, () => JSON.stringify(built));
    },
  };
}
