// The page without a network, and its newer versions: what the service worker does for it.

import { signal } from "@preact/signals";

/** Whether a newer version of the page waits. */
export const updateReady = signal(false);

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
    else if (controlled) updateReady.value = true; // another tab has changed to the newer version
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
  const check = () => (updateReady.value ||= found.waiting !== null && workers.controller !== null);
  check();
  found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", check));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) found.update().catch(() => undefined); // offline: the next time
  });
}

/** Change to the newer version. */
export function changeVersion(): void {
  asked = true;
  if (registration?.waiting) registration.waiting.postMessage("take over");
  else location.reload();
}
