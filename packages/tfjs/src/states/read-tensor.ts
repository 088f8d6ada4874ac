import { RepriseError } from "@reprise/core";
import { type Device, onLoss, reasonOfLoss } from "./gpu-loss.ts";
import { macrotask } from "./macrotask.ts";

/** What is read of a tensor. */
export interface Readable {
  data(): Promise<ArrayLike<number>>;
}

/** What tells that a GPU has forgotten all that was on it: the parts of tfjs's backends that are used. */
export interface GraphicsBackend {
  /** Of the webgl backend. */
  readonly gpgpu?: { readonly gl?: { isContextLost?(): boolean } };
  /** Of the webgpu backend. */
  readonly device?: Device;
}

// The package is compiled without the types of Node and of browsers; this is what it needs of either.
const environment = globalThis as unknown as {
  readonly setTimeout: (callback: () => void, milliseconds: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
};

/** Milliseconds after which a backend that has not answered never will. */
const answerWithinMs = 60_000;

/**
 * The values of a tensor. Rejects with `SAVE_FAILED` when the backend has lost them, or does not answer:
 * a lost WebGL context gives either zeros or no answer at all, for ever.
 */
export async function readTensor(
  tensor: Readable,
  path: string,
  { backend, withinMs = answerWithinMs }: { backend?: GraphicsBackend; withinMs?: number } = {},
): Promise<ArrayLike<number>> {
  // A backend such as wasm copies all of a tensor at once: no two of them without a break.
  await macrotask();
  requireContext(backend, path);
  let timer: unknown;
  let stopListening: (() => void) | undefined;
  const failure = new Promise<never>((_, reject) => {
    const late = (): void => reject(lost(path, `the backend did not answer in ${withinMs} ms`));
    timer = environment.setTimeout(late, withinMs);
    stopListening = onLoss(backend?.device, (reason) => reject(deviceLost(path, reason)));
  });
  try {
    const values = await Promise.race([tensor.data(), failure]);
    requireContext(backend, path);
    return values;
  } finally {
    environment.clearTimeout(timer);
    stopListening?.();
  }
}

function requireContext(backend: GraphicsBackend | undefined, path: string): void {
  if (backend?.gpgpu?.gl?.isContextLost?.()) throw lost(path, "the WebGL context was lost");
  const reason = reasonOfLoss(backend?.device);
  if (reason !== undefined) throw deviceLost(path, reason);
}

function deviceLost(path: string, reason: string): RepriseError {
  return lost(path, `the GPU device was lost: ${reason}`);
}

function lost(path: string, reason: string): RepriseError {
  return new RepriseError(
    "SAVE_FAILED",
    `${path} could not be read: ${reason}. Its values are gone; load the page, or start the process, anew to ` +
      `go on from the last checkpoint.`,
    { details: { path } },
  );
}
