import { isObject, type Part, partsOf, tagOf } from "./parts.ts";

/** Objects that are looked at, at most: what leads to more of them leads to the whole program. */
const mostObjects = 100_000;

/** The bytes of a typed array as they were. */
class Elements {
  readonly tag: string;
  readonly #bytes: Uint8Array;
  readonly #size: number;

  constructor(view: ArrayBufferView) {
    const { BYTES_PER_ELEMENT = 1 } = view as { readonly BYTES_PER_ELEMENT?: number };
    this.tag = tagOf(view);
    this.#size = BYTES_PER_ELEMENT;
    this.#bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  }

  /** Where the first element is that differs, as a path; `undefined` if there is none. */
  differenceFrom(other: unknown): string | undefined {
    if (!(other instanceof Elements) || other.tag !== this.tag) return "";
    if (other.#bytes.length !== this.#bytes.length) return "";
    const at = this.#bytes.findIndex((byte, i) => byte !== other.#bytes[i]);
    return at < 0 ? undefined : `[${Math.floor(at / this.#size)}]`;
  }
}

/**
 * What can be seen of some objects at one moment, by path. An object that two paths lead to is looked
 * at under the first of them.
 */
export type ObjectImage = ReadonlyMap<string, unknown>;

/** Looks at `roots` and at whatever they lead to, apart from the objects in `known`. */
export function imageOf(roots: Iterable<Part>, known: ReadonlySet<object>): ObjectImage {
  const image = new Map<string, unknown>();
  const paths = new Map<object, string>();
  const queue: Part[] = [];
  for (const root of roots) {
    queue.push(root);
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [path, value] = next;
      if (!isObject(value)) image.set(path, value);
      else if (known.has(value)) image.set(path, "known");
      else if (paths.has(value)) image.set(path, `the same as ${paths.get(value)}`);
      else if (paths.size < mostObjects) {
        paths.set(value, path);
        image.set(path, lookAt(value));
        queue.push(...partsOf(path, value));
      }
    }
  }
  return image;
}

function lookAt(value: object): unknown {
  if (ArrayBuffer.isView(value)) return new Elements(value);
  return tagOf(value) === "Date" ? Date.prototype.getTime.call(value) : tagOf(value);
}

/** The paths at which `after` is not `before`, each with the place within it that differs first. */
export function changes(before: ObjectImage, after: ObjectImage): ReadonlyMap<string, string> {
  const changed = new Map<string, string>();
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path), after.get(path)];
    const place =
      was instanceof Elements ? was.differenceFrom(is) : Object.is(was, is) ? undefined : "";
    if (place !== undefined || before.has(path) !== after.has(path)) changed.set(path, place ?? "");
  }
  return changed;
}
