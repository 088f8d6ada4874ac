/** How a promise settled. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Waits for a promise, and never rejects. */
export async function outcomeOf<T>(action: Promise<T>): Promise<Outcome<T>> {
  return action.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
