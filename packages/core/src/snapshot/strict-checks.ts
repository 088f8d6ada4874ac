import { explain } from "./refusal.ts";

type Fault = readonly [key: string | undefined, found: string, cure: string];

const plain = "Use an ordinary property that can be written.";

/**
 * What keeps a live container from being brought back in place although each of its values can be:
 * checked once, when a run begins, since looking at every property takes long. Data that a
 * `stateDict()` gave (`fresh`) is never written to, and may be frozen.
 */
export function faultOf(container: object, fresh: boolean): Fault | undefined {
  for (const symbol of Object.getOwnPropertySymbols(container))
    return [undefined, `it has the key ${String(symbol)}`, explain(symbol)[1]];
  if (Array.isArray(container)) {
    const extra = Object.keys(container).find((key) => !(Number(key) < container.length));
    if (extra !== undefined)
      return [extra, "it is a property of an array", "Put it beside the array, into an object."];
  }
  if (fresh) return undefined;
  if (!Object.isExtensible(container))
    return [undefined, "it is frozen, sealed or not extensible", "Restoring writes into it."];
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(container))) {
    if (property.get !== undefined || property.set !== undefined)
      return [key, "it is a getter or setter", plain];
    if (property.writable !== true) return [key, "it is read-only", plain];
    if (property.enumerable !== true && !Array.isArray(container))
      return [key, "it is not enumerable, so that Object.keys() leaves it out", plain];
  }
  return undefined;
}
