// The service that the page talks to: where it is, with which key, and the model that answers there.

import { batch, computed, signal } from "@preact/signals";
import { Client } from "recall-client"; // the project's own, as an app would use it

import { watchedFetch } from "./calls";

/** What a deployment writes beside the page. */
export interface Config {
  endpoint: string;
  operations: { url: string; region: string; signed: boolean } | null;
}

/** Null until it was read, and where the page was opened without a deployment. */
export const config = signal<Config | null>(null);

/** Whether the deployment was asked, whatever came of it. */
export const configIsRead = signal(false);

/** The key, in this page's memory alone: it is gone when the page is closed or loaded again. */
export const apiKey = signal("");

export const endpoint = signal("");

/** A client of the service; null until there is a key. */
export const client = computed(() => (apiKey.value && endpoint.value ? clientOf(endpoint.value, apiKey.value) : null));

/** Use a service from now on, once it has accepted the key; rejects with the client's error. */
export async function connect(address: string, key: string): Promise<void> {
  const trimmed = withoutSlash(address);
  await clientOf(trimmed, key).model();
  batch(() => {
    endpoint.value = trimmed;
    apiKey.value = key;
  });
}

/** Forget the key. */
export function disconnect(): void {
  apiKey.value = "";
}

/** An address as paths are put behind it. */
function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}

function clientOf(address: string, key: string): Client {
  return new Client(address, key, { fetch: watchedFetch });
}

/** Read what the deployment says; without it, the endpoint is typed. */
export async function readConfig(): Promise<void> {
  try {
    const response = await fetch("./config.json", { cache: "no-cache" });
    if (!response.ok) return;
    config.value = (await response.json()) as Config;
    if (!endpoint.peek()) endpoint.value = withoutSlash(config.value.endpoint);
  } catch {
    // Offline, or opened from a folder: the page works without.
  } finally {
    configIsRead.value = true;
  }
}
