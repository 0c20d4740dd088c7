import { defineConfig } from "vite";

import { licences } from "./licences_plugin.mts";
import { serviceWorker } from "./service_worker_plugin.mts";

const licenceFile = licences();

export default defineConfig({
  root: import.meta.dirname,
  base: "./", // the page may lie below any path of a bucket
  plugins: [licenceFile.page, serviceWorker()],
  resolve: { alias: { "recall-client": `${import.meta.dirname}/../clients/typescript/src/index.js` } },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the policy allows no data: scripts, and fonts come from files
    chunkSizeWarningLimit: 300,
    rolldownOptions: { checks: { bundlerTimings: false } }, // a busy machine is no reason to warn
  },
  worker: { format: "es", plugins: () => [licenceFile.worker()] },
  // The default model and the client are the project's own files, beside this folder.
  server: { fs: { allow: [".."] } },
});
