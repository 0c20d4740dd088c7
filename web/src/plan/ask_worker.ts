// The worker, seen from the page: one for each request, so that stopping it stops the work.

import type { Answer, Request, Values } from "./worker";

/** Let the worker do something. */
export function askWorker<Kind extends Request["kind"]>(
  request: Extract<Request, { kind: Kind }>,
  stop: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Values[Kind]> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const answered = new Promise<Values[Kind]>((resolve, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if (data.kind === "progress") onProgress(data.share);
      else resolve(data.value as Values[Kind]);
    });
    // The worker's own mistakes, and running out of memory.
    worker.addEventListener("error", ({ message }) => reject(new Error(message)));
    stop.addEventListener("abort", () => reject(stop.reason as Error), { once: true });
  });
  worker.postMessage(request);
  return answered.finally(() => worker.terminate());
}
