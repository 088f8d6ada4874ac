import { type CheckpointStore, RepriseError, type RepriseErrorCode } from "@reprise/core";
import { macrotask } from "../contract/macrotask.ts";

/** One call of a store, as {@link faulty} is asked about it. */
export interface StoreCall {
  readonly method: "list" | "read" | "create" | "remove";
  /** The entry; absent for `list`. */
  readonly name?: string;
  /** Which call of this store object it is, from 1. */
  readonly count: number;
}

/**
 * A store whose calls fail when `fails` says so, with `code` and without effect; all others go on to
 * `store`. For tests of whatever calls a store.
 */
export function faulty(
  store: CheckpointStore,
  fails: (call: StoreCall) => boolean,
  code: RepriseErrorCode = "STORE_FAILED",
): CheckpointStore {
  let count = 0;
  return decorated(`faulty ${store.description}`, store, async (call, perform) => {
    count += 1;
    if (!fails({ ...call, count })) return perform();
    const what = [call.method, call.name].join(" ").trim();
    throw new RepriseError(code, `${what} failed, as call ${count} was asked to.`);
  });
}

/**
 * A store of which every call begins some turns of the event loop later and ends some turns later
 * than in `store`, so that more comes between. For tests of whatever calls a store.
 */
export function slow(store: CheckpointStore): CheckpointStore {
  return decorated(`slow ${store.description}`, store, async (_call, perform) => {
    await macrotask();
    try {
      return await perform();
    } finally {
      await macrotask();
    }
  });
}

type Around = <T>(call: Omit<StoreCall, "count">, perform: () => Promise<T>) => Promise<T>;

function decorated(description: string, store: CheckpointStore, around: Around): CheckpointStore {
  const { supports, presence, preemption } = store;
  return {
    description,
    supports,
    ...(presence && { presence }),
    ...(preemption && { preemption }),
    list: () => around({ method: "list" }, () => store.list()),
    read: (name, range) => around({ method: "read", name }, () => store.read(name, range)),
    create: (name, chunks) => around({ method: "create", name }, () => store.create(name, chunks)),
    remove: (name) => around({ method: "remove", name }, () => store.remove(name)),
  };
}
