// The model that the pages evaluate: the default one, until a service's own parameters are known.

import { effect, signal } from "@preact/signals";
import { type Client, NotFoundError } from "recall-client";

import defaultModel from "../../../lambda_src/inference/default_model/model.json";
import { type Artifact, ArtifactError, decodeArtifact } from "../core";
import { client } from "./connection";

/** Which model answers. */
export type Source =
  | { kind: "default" }
  | { kind: "loading" }
  | { kind: "live"; version: string }
  /** It can't be evaluated in this page, only asked: the owner's own, or of an older or a newer service. */
  | { kind: "asked" }
  /** The service couldn't be asked; the default model answers. */
  | { kind: "failed"; error: unknown };

const DEFAULT: Artifact = decodeArtifact(defaultModel);

/** What this page evaluates; the default model's while `source` says that no other is known. */
export const artifact = signal<Artifact>(DEFAULT);
export const source = signal<Source>({ kind: "default" });

const round = signal(0);

/** Ask the service for its model again. */
export function loadAgain(): void {
  round.value += 1;
}

effect(() => {
  void round.value;
  const service = client.value;
  artifact.value = DEFAULT;
  source.value = { kind: service ? "loading" : "default" };
  if (service) void load(service);
});

async function load(service: Client): Promise<void> {
  try {
    const parameters = await service.modelParameters();
    if (client.peek() !== service) return; // another key came meanwhile
    artifact.value = decodeArtifact(parameters);
    source.value = { kind: "live", version: parameters.model_version };
  } catch (error) {
    if (client.peek() !== service) return;
    const canOnlyBeAsked = error instanceof NotFoundError || error instanceof ArtifactError;
    source.value = canOnlyBeAsked ? { kind: "asked" } : { kind: "failed", error };
  }
}
