import { RepriseError } from "@reprise/core";
import { type Context, type Device, onContextLoss, onLoss, reasonOfLoss } from "./gpu-loss.ts";
import { macrotask } from "./macrotask.ts";

/** What is read of a tensor. */
export interface Readable {
  data(): Promise<ArrayLike<number>>;
}

/** What tells that a GPU has forgotten all that was on it: the parts of tfjs's backends that are used. */
export interface GraphicsBackend {
  /** Of the webgl backend. */
  readonly gpgpu?: { readonly gl?: Context };
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

/** How a tensor is read. `withinMs` is when a backend that has not answered never will. */
interface Reading {
  readonly backend?: GraphicsBackend;
  readonly withinMs?: number;
}

/** The values of a tensor, like {@link readAtOnce}, once other work has had its turn. */
export async function readTensor(
  tensor: Readable,
  path: string,
  reading: Reading = {},
): Promise<ArrayLike<number>> {
  // A backend such as wasm copies all of a tensor at once: no two of them without a break.
  await macrotask();
  return readAtOnce(tensor, path, reading);
}

/**
 * The values of a tensor. Rejects with `DEVICE_LOST` when the backend has lost them, or does not answer:
 * a lost WebGL context gives either zeros or no answer at all, for ever.
 */
export async function readAtOnce(
  tensor: Readable,
  path: string,
  { backend, withinMs = answerWithinMs }: Reading = {},
): Promise<ArrayLike<number>> {
  const failed = `${path} could not be read`;
  requireDevice(backend, failed);
  let timer: unknown;
  let stopListening: (() => void)[] = [];
  const failure = new Promise<never>((_, reject) => {
    const late = (): void => reject(lost(failed, `the backend did not answer in ${withinMs} ms`));
    timer = environment.setTimeout(late, withinMs);
    stopListening = [
      onLoss(backend?.device, (reason) => reject(deviceLost(failed, reason))),
      onContextLoss(backend?.gpgpu?.gl, () => reject(contextLost(failed))),
    ];
  });
  try {
    const values = await Promise.race([tensor.data(), failure]);
    requireDevice(backend, failed);
    return values;
  } catch (error) {
    // A buffer of a device that is lost cannot be read either; the loss may be told a moment later.
    await macrotask();
    requireDevice(backend, failed);
    throw error;
  } finally {
    environment.clearTimeout(timer);
    for (const stop of stopListening) stop();
  }
}

/** Throws `DEVICE_LOST` once the GPU of a backend has forgotten what was on it; `failed` begins the message. */
export function requireDevice(
  backend: GraphicsBackend | undefined,
  failed: string,
  cause?: unknown,
): void {
  if (backend?.gpgpu?.gl?.isContextLost?.()) throw contextLost(failed, cause);
  const reason = reasonOfLoss(backend?.device);
  if (reason !== undefined) throw deviceLost(failed, reason, cause);
}

function contextLost(failed: string, cause?: unknown): RepriseError {
  return lost(failed, "the WebGL context was lost", cause);
}

function deviceLost(failed: string, reason: string, cause?: unknown): RepriseError {
  return lost(failed, `the GPU device was lost: ${reason}`, cause);
}

function lost(failed: string, reason: string, cause?: unknown): RepriseError {
  return new RepriseError(
    "DEVICE_LOST",
    `${failed}: ${reason}. What was on it is gone. Load the page, or start the process, anew to go on from the ` +
      `last checkpoint.`,
    { cause, details: { reason } },
  );
}
