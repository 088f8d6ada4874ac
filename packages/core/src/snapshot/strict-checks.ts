import { show } from "../errors.ts";
import type { ObjectKind } from "./classify.ts";

/**
 * What keeps a live container from being brought back in place although each of its values can be, and
 * what to do: checked once, when a run begins, since looking at every property takes long. Data that a
 * `stateDict()` gave (`fresh`) is never written to, and may be frozen.
 */
export function faultOf(
  container: object,
  kind: ObjectKind,
  fresh: boolean,
): [found: string, cure: string] | undefined {
  if (!/record|array|map|set/.test(kind)) return undefined;
  if (!fresh && !Object.isExtensible(container))
    return ["it is frozen or sealed", "Restoring writes into it."];
  for (const key of Reflect.ownKeys(container)) {
    if (kind === "array" && key === "length") continue;
    const { writable, enumerable } = Object.getOwnPropertyDescriptor(container, key) ?? {};
    const isPlain = fresh || (writable && enumerable);
    const isKnown = typeof key === "string" && (kind !== "array" || `${Number(key) >>> 0}` === key);
    if (!isPlain || !isKnown)
      return [
        `its ${show(key)} is not an ordinary property`,
        "Make it writable and enumerable, or leave it out.",
      ];
  }
  return undefined;
}
