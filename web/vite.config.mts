import { defineConfig } from "vite";

import { serviceWorker } from "./service_worker_plugin";

export default defineConfig({
  root: import.meta.dirname,
  base: "./", // the page may lie below any path of a bucket
  plugins: [serviceWorker()],
  resolve: { alias: { "recall-client": new URL("../clients/typescript/src/index.js", import.meta.url).pathname } },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    license: { fileName: "licences.txt" },
    assetsInlineLimit: 0, // the policy allows no data: scripts, and fonts come from files
    chunkSizeWarningLimit: 300,
  },
  worker: { format: "es" },
  // The default model and the client are the project's own files, beside this folder.
  server: { fs: { allow: [".."] } },
});
