// The service worker: keeps the page's own files, so that it opens without a network. Calls of the service pass by it.

export {};

declare const self: ServiceWorkerGlobalScope;

/** Written by the build: a hash of all files, and their names below this file's folder. */
const BUILT = JSON.parse("__BUILT__") as { version: string; files: string[] };
const PREFIX = "recall-files-";
const FILES = PREFIX + BUILT.version;
const CONFIG = "recall-config";
const PAGE = "index.html";
const PATIENCE = 3_000; // milliseconds: longer than that, a network is as good as none

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
// The page asks for it when its reader does: a version never changes under open pages by itself.
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const scope = self.registration.scope;
  if (request.method !== "GET" || !request.url.startsWith(scope)) return;
  const name = new URL(request.url).pathname.slice(new URL(scope).pathname.length);
  if (name === "config.json") event.respondWith(fromNetwork(request));
  else if (request.mode === "navigate" && (name === "" || name === PAGE)) event.respondWith(newestPage(request));
  else if (BUILT.files.includes(name)) event.respondWith(fromFiles(request, name));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(FILES);
  await cache.addAll(BUILT.files.map((name) => new Request(name, { cache: "reload" })));
  // The page read it before this worker was there; where there is none, it isn't missed.
  await (await caches.open(CONFIG)).add("config.json").catch(() => undefined);
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== FILES).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromFiles(request: Request, name: string): Promise<Response> {
  const cache = await caches.open(FILES);
  return (await cache.match(name)) ?? fetch(request);
}

/**
 * The page with its headers of now: its policy names the addresses that it may call, which any deployment may change.
 * A newer page isn't kept, since its scripts aren't: its own worker keeps them together.
 */
async function newestPage(request: Request): Promise<Response> {
  const cache = await caches.open(FILES);
  const kept = await cache.match(PAGE);
  if (!kept) return fetch(request);
  try {
    // Not only validated: what is unchanged may come without its newer headers.
    const response = await fetch(request, { cache: "reload", signal: AbortSignal.timeout(PATIENCE) });
    const text = await response.clone().text();
    if (!response.ok) return kept;
    if (text === (await kept.clone().text())) await cache.put(PAGE, response.clone());
    return response;
  } catch {
    return kept;
  }
}

/** What a deployment says may change at any time: what was read last only counts without a network. */
async function fromNetwork(request: Request): Promise<Response> {
  const cache = await caches.open(CONFIG);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
