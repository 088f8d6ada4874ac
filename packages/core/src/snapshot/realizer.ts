import { copyPieces } from "./copy-pieces.ts";
import { liveArray } from "./bind-live.ts";
import {
  entryPath,
  isNode,
  memberPath,
  shapeOf,
  type StatefulTree,
  type StateNode,
  type StateTree,
  type TensorTree,
} from "./state-tree.ts";
import type { ReassignedState, TrainingState } from "./training-state.ts";

/** Gives a value of the program its saved state, through a method of its own. */
interface Load {
  readonly path: string;
  readonly load: () => void | Promise<void>;
}

interface Storage {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
}

/**
 * Turns nodes into values: into the live object that a node is bound to, or else into a fresh one.
 * Each node becomes one value only, so that what the state held twice it holds twice again.
 */
export class Realizer {
  /** Calls into the program, for whoever realizes to make, one after the other. */
  readonly loads: Load[] = [];
  readonly #bound: ReadonlyMap<StateNode, object>;
  readonly #keep: ReadonlySet<string>;
  readonly #made = new Map<StateNode, unknown>();
  readonly #storages = new Map<TensorTree, Storage>();

  constructor(bound: ReadonlyMap<StateNode, object>, keep: ReadonlySet<string>) {
    this.#bound = bound;
    this.#keep = keep;
  }

  /** With `isData`, what an object's own method would load is plain data as well. */
  realize(saved: StateTree, path: string, isData = false): unknown {
    if (!isNode(saved)) return saved;
    if (this.#made.has(saved)) return this.#made.get(saved);
    switch (saved.kind) {
      case "record": {
        const record = this.#make(saved, () => Object.create(null) as Record<string, unknown>);
        const values = saved.values.map((value, i) =>
          this.realize(value, memberPath(path, saved.keys[i] ?? ""), isData),
        );
        const saves = new Set(saved.keys);
        const kept = Object.keys(record).filter(
          (key) => !saves.has(key) && this.#keep.has(memberPath(path, key)),
        );
        const keptValues = kept.map((key) => record[key]);
        setEntries(record, [...saved.keys, ...kept], [...values, ...keptValues]);
        return record;
      }
      case "array": {
        const list = this.#make(saved, (): unknown[] => []);
        list.length = saved.values.length;
        for (const [i, value] of saved.values.entries()) {
          if (isNode(value) && value.kind === "hole") Reflect.deleteProperty(list, i);
          else list[i] = this.realize(value, memberPath(path, i), isData);
        }
        return list;
      }
      case "map": {
        const map = this.#make(saved, () => new Map<unknown, unknown>());
        const values = saved.values.map((value, i) =>
          this.realize(value, entryPath(path, saved.keys[i]), isData),
        );
        map.clear();
        for (const [i, key] of saved.keys.entries()) map.set(key, values[i]);
        return map;
      }
      case "set": {
        const set = this.#make(saved, () => new Set<unknown>());
        set.clear();
        for (const value of saved.values) set.add(value);
        return set;
      }
      case "date": {
        const date = this.#make(saved, () => new Date(Number.NaN));
        date.setTime(saved.time);
        return date;
      }
      case "stateDict":
      case "reassigned":
        return isData ? this.realize(saved.value, path, true) : this.#load(saved, path);
      case "tensor":
        return this.#tensor(saved);
      case "hole":
      default:
        return undefined;
    }
  }

  #make<T extends object>(saved: StateNode, create: () => T): T {
    const value = (this.#bound.get(saved) as T | undefined) ?? create();
    this.#made.set(saved, value);
    return value;
  }

  #load(saved: StatefulTree, path: string): object {
    const live = this.#bound.get(saved);
    if (live === undefined)
      throw new TypeError(
        `${path} has no ${saved.kind === "stateDict" ? "loadStateDict()" : "set()"}`,
      );
    this.#made.set(saved, live);
    const load = (): void | Promise<void> => {
      const value = this.realize(saved.value, path, true);
      return saved.kind === "stateDict"
        ? (live as TrainingState).loadStateDict(value as never)
        : (live as ReassignedState<unknown>).set(value);
    };
    this.loads.push({ path, load });
    return live;
  }

  #tensor(saved: TensorTree): unknown {
    if (saved.form === "numbers") {
      const list = this.#make(saved, (): number[] => []);
      const numbers = new Float64Array(saved.byteLength / 8);
      copyPieces(saved, numbers.buffer, 0);
      list.length = numbers.length;
      for (const [i, number] of numbers.entries()) list[i] = number;
      return list;
    }
    const live = this.#bound.get(saved);
    if (live !== undefined) {
      const { buffer, byteOffset } = liveArray(live);
      copyPieces(saved, buffer, byteOffset);
      return this.#make(saved, () => live);
    }
    const { type, form, dtype, byteLength } = saved;
    const { buffer, byteOffset } = this.#storage(saved.owner ?? saved);
    const data = new type.construct(buffer, byteOffset + saved.delta, byteLength / type.size);
    return this.#make(saved, () =>
      form === "array" ? data : { dtype, shape: [...shapeOf(saved)], data },
    );
  }

  #storage(owner: TensorTree): Storage {
    const known = this.#storages.get(owner);
    if (known !== undefined) return known;
    const live = this.#bound.get(owner);
    const storage: Storage = live
      ? liveArray(live)
      : { buffer: new ArrayBuffer(owner.pad + owner.byteLength), byteOffset: owner.pad };
    if (live === undefined) copyPieces(owner, storage.buffer, storage.byteOffset);
    this.#storages.set(owner, storage);
    return storage;
  }
}

function setEntries(
  record: Record<string, unknown>,
  keys: readonly string[],
  values: readonly unknown[],
): void {
  const live = Object.keys(record);
  const isInOrder = live.length === keys.length && live.every((key, i) => key === keys[i]);
  if (!isInOrder) for (const key of live) delete record[key];
  for (const [i, key] of keys.entries()) {
    // Assigning to `__proto__` would call its setter.
    if (isInOrder && key !== "__proto__") record[key] = values[i];
    else
      Object.defineProperty(record, key, {
        value: values[i],
        writable: true,
        enumerable: true,
        configurable: true,
      });
  }
}
