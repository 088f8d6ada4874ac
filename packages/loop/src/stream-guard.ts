import { RepriseError } from "@reprise/core";

/**
 * Notices data with a state of its own that goes on from epoch to epoch without being part of the
 * training state: in the middle of an epoch it is restored with the loop, but at the edge of one it
 * would begin anew. Throws `DATA_USED_UP` with the cure.
 */
export class StreamGuard {
  readonly #state: unknown;
  readonly #epochs: WeakMap<object, number> = new WeakMap();

  constructor(state: unknown) {
    this.#state = state;
  }

  check(data: unknown, epoch: number): void {
    if (!hasStateDict(data)) return;
    const first = this.#epochs.get(data) ?? epoch;
    this.#epochs.set(data, first);
    if (first === epoch || contains(this.#state, data)) return;
    throw new RepriseError(
      "DATA_USED_UP",
      `The data of epoch ${epoch} is that of epoch ${first}, gone on. A resume between two epochs could not ` +
        `restore it: name it in the state, train({ state: { …, stream } }), or make a new one in each epoch.`,
    );
  }
}

function hasStateDict(data: unknown): data is object {
  return (
    typeof data === "object" &&
    data !== null &&
    typeof (data as { stateDict?: unknown }).stateDict === "function"
  );
}

/** Whether `wanted` is somewhere among the plain objects and arrays of the state. */
function contains(value: unknown, wanted: object): boolean {
  if (value === wanted) return true;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return !hasStateDict(value) && Object.values(value).some((child) => contains(child, wanted));
}
