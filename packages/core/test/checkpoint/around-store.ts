import type { CheckpointStore } from "../../src/store/store.ts";
import type { Liveness, Presence } from "../../src/store/presence.ts";

/** A call of a store, as a decorator sees it; `list` has no name. */
export interface StoreCall {
  readonly operation: "list" | "read" | "create" | "remove";
  readonly name: string;
  /** What `create` was given. */
  readonly chunks?: readonly Uint8Array[];
}

/** Stands between the caller and the store: may wait, fail, or not proceed at all. */
export type Around = <T>(call: StoreCall, proceed: () => Promise<T>) => Promise<T>;

export function aroundStore(store: CheckpointStore, around: Around): CheckpointStore {
  return {
    ...store,
    list: () => around({ operation: "list", name: "" }, () => store.list()),
    read: (name, range) =>
      around({ operation: "read", name }, () =>
        range === undefined ? store.read(name) : store.read(name, range),
      ),
    create: (name, chunks) =>
      around({ operation: "create", name, chunks }, () => store.create(name, chunks)),
    remove: (name) => around({ operation: "remove", name }, () => store.remove(name)),
  };
}

/** The store, and every call of it so far, such as `create lease-1.json`. */
export function recordingStore(store: CheckpointStore): {
  readonly store: CheckpointStore;
  readonly calls: string[];
} {
  const calls: string[] = [];
  const recording = aroundStore(store, ({ operation, name }, proceed) => {
    calls.push(name === "" ? operation : `${operation} ${name}`);
    return proceed();
  });
  return { store: recording, calls };
}

/** Runs `act` just before the first call that `matches`. */
export function before(
  store: CheckpointStore,
  matches: (call: StoreCall) => boolean,
  act: () => Promise<unknown>,
): CheckpointStore {
  let isDone = false;
  return aroundStore(store, async (call, proceed) => {
    if (!isDone && matches(call)) {
      isDone = true;
      await act();
    }
    return proceed();
  });
}

/** The store with a presence that says the same of every holder. */
export function withLiveness(store: CheckpointStore, liveness: Liveness): CheckpointStore {
  const presence: Presence = {
    describe: async () => ({ since: "2026-01-01T00:00:00.000Z", pid: 4711 }),
    probe: async () => liveness,
    name: (holder) => `pid ${holder["pid"]} on spot-7`,
    claiming: (claim) => claim(),
  };
  return { ...store, presence };
}

/** The store as one without a presence sees it. */
export function withoutPresence({
  presence: _presence,
  ...store
}: CheckpointStore): CheckpointStore {
  return store;
}
