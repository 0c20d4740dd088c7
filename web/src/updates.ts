// The page without a network, and its newer versions: what the service worker does for it.

import { signal } from "@preact/signals";

/** Whether a newer version of the page than this one is on the device. */
export const updateReady = signal(false);

const FILES = "recall-files-"; // as the service worker names its caches; the version follows
const version = document.querySelector<HTMLMetaElement>("meta[name=version]")?.content;

let registration: ServiceWorkerRegistration | null = null;
let asked = false;

/** Keep the page's files on this device, and look for newer ones. */
export async function keepOffline(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined; // absent outside of https
  if (!import.meta.env.PROD || !workers) return;
  if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  let controlled = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (controlled) void compare(); // another tab has changed to the newer version
    controlled = true;
  });
  try {
    registration = await workers.register("./sw.js", { updateViaCache: "none" });
  } catch {
    // Such as in a private window: the page works with a network alone.
  }
  if (registration) watch(registration, workers); // what blocks workers may give nothing
}

function watch(found: ServiceWorkerRegistration, workers: ServiceWorkerContainer): void {
  const check = () => void (found.waiting && workers.controller && compare());
  check();
  found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", check));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) found.update().catch(() => undefined); // offline: the next time
  });
}

/** Whether the newest files that were kept are this page's own: the network may have given it before its worker came. */
async function compare(): Promise<void> {
  const kept = (await caches.keys()).filter((name) => name.startsWith(FILES));
  updateReady.value ||= kept.at(-1) !== `${FILES}${version}`;
}

/** Change to the newer version. */
export function changeVersion(): void {
  asked = true;
  if (registration?.waiting) registration.waiting.postMessage("take over");
  else location.reload();
}
