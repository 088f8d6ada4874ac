import { isRepriseError } from "@reprise/core";
import { backend, type Tensor } from "@tensorflow/tfjs-core";
import { macrotask } from "./macrotask.ts";
import { type GraphicsBackend, readAtOnce, requireDevice } from "./read-tensor.ts";

type Numbers = Float32Array | Int32Array | Uint8Array;

/** The values of a tensor that the backend in use holds, as {@link readAtOnce} gives them. */
export async function read(tensor: Tensor, what: string): Promise<Numbers> {
  const values = await readAtOnce(tensor, what, { backend: backend() as GraphicsBackend });
  return values as Numbers;
}

/** Throws `DEVICE_LOST` once the backend in use is known to compute on nothing; `failed` begins the message. */
export function requireDeviceInUse(failed: string): void {
  requireDevice(backend() as GraphicsBackend, failed);
}

/**
 * Why `error` was thrown, if that was the loss of the device: what fails because of it says little or nothing.
 * Otherwise `error` itself.
 */
export async function reasonBehind(error: unknown): Promise<unknown> {
  if (isRepriseError(error)) return error;
  // The loss is told a moment later than what fails because of it.
  await macrotask();
  try {
    requireDevice(backend() as GraphicsBackend, "Training failed", error);
  } catch (loss) {
    return loss;
  }
  return error;
}
