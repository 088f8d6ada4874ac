import type { StateValue, Tensor } from "@reprise/core";
import { childOf, childrenOf, isMap } from "./owners.ts";
import { isTensor } from "./awkward-numbers.ts";

/** One way in which data stops being a state. */
export interface Damage {
  /** Reads after "a state of which". */
  readonly what: string;
  /** Does it to data like that in which it was found, and returns what that is then. */
  readonly inflict: (data: StateValue) => StateValue;
}

type Keys = readonly (string | number)[];
type Container = Record<string | number, unknown>;

/** Every entry of a record left out that `born`, the data of a fresh instance, has as well. */
export function missingEntries(data: StateValue, born: StateValue): readonly Damage[] {
  const entries = placesIn(data, born).filter((keys) => typeof keys.at(-1) === "string");
  return entries.map((keys) => ({
    what: `${nameOf(keys)} is missing`,
    inflict: (whole) => changeAt(whole, keys, (container, key) => delete container[key]),
  }));
}

/** Every tensor one element shorter that has the same length in `born`. */
export function shorterTensors(data: StateValue, born: StateValue): readonly Damage[] {
  const tensors = placesIn(data, born).filter((keys) => {
    const [length, bornLength] = [data, born].map((root) => lengthOf(valueAt(root, keys)));
    return length !== undefined && length > 0 && length === bornLength;
  });
  return tensors.map((keys) => ({
    what: `${nameOf(keys)} is one element shorter`,
    inflict: (whole) =>
      changeAt(whole, keys, (container, key) => {
        container[key] = shorter(container[key]);
      }),
  }));
}

/** Where both have a value; what comes and goes in a `Map` or is `undefined` may be absent. */
function placesIn(data: unknown, born: unknown, keys: Keys = []): Keys[] {
  if (data === undefined || born === undefined) return [];
  if (isMap(data) || isTensor(data)) return [keys];
  const below = childrenOf(data).flatMap(([key, child]) =>
    placesIn(child, childOf(born, key), [...keys, key as string | number]),
  );
  return [keys, ...below];
}

function changeAt(
  root: StateValue,
  keys: Keys,
  change: (container: Container, key: string | number) => void,
): StateValue {
  const whole = { root };
  const path: Keys = ["root", ...keys];
  change(valueAt(whole, path.slice(0, -1)) as Container, path.at(-1) ?? "root");
  return whole.root;
}

function valueAt(root: unknown, keys: Keys): unknown {
  return keys.reduce((value, key) => childOf(value, key), root);
}

function lengthOf(value: unknown): number | undefined {
  if (isTensor(value)) return value.shape[0] === undefined ? undefined : value.data.length;
  return ArrayBuffer.isView(value) ? (value as Tensor["data"]).length : undefined;
}

function shorter(value: unknown): unknown {
  if (!isTensor(value)) return (value as Tensor["data"]).slice(0, -1);
  const { dtype, shape, data } = value;
  const [rows = 1, ...others] = shape;
  return {
    dtype,
    shape: [rows - 1, ...others],
    data: data.slice(0, (data.length / rows) * (rows - 1)),
  };
}

function nameOf(keys: Keys): string {
  return keys.length === 0 ? "the only tensor" : keys.join(".");
}
