import { isObject, isStateful, tagOf } from "./parts.ts";

/**
 * Remembers which objects `owners` hold, as far as they are data, and which those hold. Returns what
 * gives each its parts back: the very same ones, since the program may hold on to them, where loading
 * the same state has made new ones.
 */
export function keepParts(owners: Iterable<object>): () => void {
  const giveBack: (() => unknown)[] = [];
  const queue = new Set<object>(owners);
  // A set goes on with what is added to it meanwhile.
  for (const owner of queue) {
    const keep = (part: unknown, give: () => unknown): void => {
      // An instance may stand for something outside, such as memory of a GPU, that was freed.
      if (!isObject(part) || !(isData(part) || isStateful(part))) return;
      giveBack.push(give);
      if (!ArrayBuffer.isView(part)) queue.add(part);
    };
    if (tagOf(owner) === "Map") {
      const map = owner as Map<unknown, unknown>;
      for (const [key, part] of map) keep(part, () => map.set(key, part));
    }
    for (const key of Reflect.ownKeys(owner)) {
      const property = Object.getOwnPropertyDescriptor(owner, key);
      if (property?.writable) keep(property.value, () => Reflect.set(owner, key, property.value));
    }
  }
  return () => giveBack.forEach((give) => give());
}

function isData(value: object): boolean {
  if (ArrayBuffer.isView(value) || ["Array", "Map", "Set", "Date"].includes(tagOf(value)))
    return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
