import { defineConfig, type Plugin } from "vite";

import { licences } from "./licences_plugin.mts";
import { serviceWorker } from "./service_worker_plugin.mts";

const licenceFile = licences();

/** The development server puts styles into <style> elements, which the page's policy refuses; a built page has files. */
const inlineStyles: Plugin = {
  name: "recall-inline-styles",
  apply: "serve",
  transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
};

export default defineConfig({
  root: import.meta.dirname,
  base: "./", // the page may lie below any path of a bucket
  plugins: [licenceFile.page, serviceWorker(), inlineStyles],
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
