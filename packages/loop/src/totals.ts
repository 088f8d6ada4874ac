/**
 * `totals.hits += 1` for a name that was never set would be NaN for the rest of the epoch, and
 * nobody would be told; here it counts from 0.
 */
export function zeroWhenAbsent(totals: Record<string, number>): Record<string, number> {
  return new Proxy(totals, {
    get: (target, name, receiver): unknown =>
      typeof name === "string" && !Object.hasOwn(target, name)
        ? 0
        : Reflect.get(target, name, receiver),
  });
}
