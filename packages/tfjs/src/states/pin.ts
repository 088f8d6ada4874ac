import type { TensorReference } from "@reprise/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { requireSeams } from "./self-test.ts";
import { pinOf } from "./tensor-pin.ts";

/** Makes a pin. `path` is for messages; what is `frozen` may stay as it is from one save to the next. */
export type Pin = (tensor: Tensor, path: string, frozen: boolean) => TensorReference;

/**
 * Builds a state dict of pins. A pin holds the values that a tensor has now, without a copy: tfjs never
 * changes values in place, but gives a variable new ones. When `build` throws no pin is left.
 * Throws `PEER_UNSUPPORTED` where the installed tfjs is found to be otherwise.
 */
export function withPins<T>(build: (pin: Pin) => T): T {
  requireSeams();
  const pins: TensorReference[] = [];
  try {
    return build((tensor, path, frozen) => {
      const pin = pinOf(tensor, path, frozen);
      pins.push(pin);
      return pin;
    });
  } catch (error) {
    for (const pin of pins) pin.release();
    throw error;
  }
}
