// What the page's modules expect of a browser when they are loaded, for scripts that import them in Node.

const nothing = () => undefined;
Object.assign(globalThis, {
  localStorage: { getItem: () => null, setItem: nothing },
  document: { documentElement: { dataset: {} } },
  location: { hash: "", href: "https://page.example/" },
  addEventListener: nothing,
});
Object.defineProperty(globalThis, "navigator", { value: { languages: ["en-GB"], onLine: true } });
