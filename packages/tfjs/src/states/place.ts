import type { StateValue, Tensor as SavedTensor, TypedArray } from "@reprise/core";
import { keep, type Tensor, tensor, type Variable } from "@tensorflow/tfjs-core";
import type { Pin } from "./pin.ts";
import { storableTypeOf, typeOfStored } from "./storable.ts";

/** Where a tensor of a program is, and how it is replaced. */
export class Place {
  readonly tensor: Tensor;
  /** Whether training may leave it as it is. */
  readonly frozen: boolean;
  /** Puts a tensor in the place of the one there, which is disposed of. It is the place's own. */
  readonly put: (value: Tensor) => void;

  private constructor(there: Tensor, frozen: boolean, put: (value: Tensor) => void) {
    this.tensor = there;
    this.frozen = frozen;
    this.put = put;
  }

  /** Assigned directly: the `write` of a layer's variable would apply constraints, which training never does. */
  static ofVariable(variable: Variable, frozen: boolean = !variable.trainable): Place {
    return new Place(variable, frozen, (value) => {
      variable.assign(value);
      value.dispose();
    });
  }

  /** A tensor that its owner replaces, under `key`. */
  static ofTensor<Key extends string | number>(owner: Record<Key, Tensor>, key: Key): Place {
    const there = owner[key];
    return new Place(there, true, (value) => {
      owner[key] = keep(value);
      there.dispose();
    });
  }
}

/** The places of a program's tensors. */
export type PlaceTree = Place | readonly PlaceTree[] | { readonly [name: string]: PlaceTree };

/** A tree of the same form that holds the present values. */
export function pinAll(places: PlaceTree, pin: Pin, path: string): StateValue {
  if (places instanceof Place) return pin(places.tensor, path, places.frozen);
  if (isList(places)) return places.map((child, i) => pinAll(child, pin, `${path}[${i}]`));
  const entries = Object.entries(places);
  return Object.fromEntries(
    entries.map(([name, child]) => [name, pinAll(child, pin, memberPath(path, name))]),
  );
}

/** What is to be put where; filled by {@link match}. */
export type Puts = (readonly [Place, SavedTensor])[];

/** Finds what belongs where. Adds each way in which the saved tree is of another form to `differences`. */
export function match(
  places: PlaceTree,
  saved: unknown,
  path: string,
  { puts, differences }: { readonly puts: Puts; readonly differences: string[] },
): void {
  if (places instanceof Place) {
    const [expected, found] = [signatureOf(places.tensor), savedSignature(saved)];
    if (expected === found) puts.push([places, saved as SavedTensor]);
    else differences.push(`${path}: ${found} in the checkpoint, ${expected} in the program`);
    return;
  }
  if (typeof saved !== "object" || saved === null) {
    differences.push(`${path}: absent in the checkpoint`);
    return;
  }
  const pathOf = (name: string): string =>
    isList(places) ? `${path}[${name}]` : memberPath(path, name);
  for (const [name, child] of Object.entries(places))
    match(child, saved[name as never], pathOf(name), { puts, differences });
  for (const name of Object.keys(saved))
    if (!Object.hasOwn(places, name)) differences.push(`${pathOf(name)}: absent in the program`);
}

/** A tensor of tfjs with the values of a saved one, and nothing of it in common. */
export function tensorOf({ dtype, shape, data }: SavedTensor): Tensor {
  // The cpu backend keeps the very array that it is given.
  return tensor(data.slice() as Float32Array, [...shape], typeOfStored(dtype));
}

/** The type and the shape of a tensor, as messages of Reprise have them: `F32[784,10]`. */
export function signatureOf({ dtype, shape }: Pick<Tensor, "dtype" | "shape">): string {
  return `${storableTypeOf(dtype, "the tensor").dtype}[${shape.join()}]`;
}

/** The same of a saved tensor, and `nothing` for anything else. */
export function savedSignature(saved: unknown): string {
  const { dtype, shape, data } = (saved ?? {}) as Partial<SavedTensor>;
  const isTensor = Array.isArray(shape) && ArrayBuffer.isView(data) && isWhole(shape, data);
  return isTensor && typeOfStored(dtype) ? `${dtype}[${shape.join()}]` : "nothing";
}

function isWhole(shape: readonly number[], { length }: TypedArray): boolean {
  return shape.reduce((size, extent) => size * extent, 1) === length;
}

function isList(places: PlaceTree): places is readonly PlaceTree[] {
  return Array.isArray(places);
}

/** The path of the member `name` of what is at `path`; the outermost names stand alone. */
export function memberPath(path: string, name: string): string {
  const isPlain = /^[A-Za-z_$][\w$]*$/.test(name);
  if (!isPlain) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}
