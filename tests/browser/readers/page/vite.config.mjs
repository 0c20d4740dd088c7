// As the studio's own build, without its service worker: this page has one file.
export default {
  base: "./",
  build: { target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  worker: { format: "es" },
};
