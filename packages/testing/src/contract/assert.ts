import { describeValue } from "../bits/kind-of-value.ts";
import { firstByteDifference } from "../bits/binary-difference.ts";
import { type Difference, firstDifference } from "../bits/first-difference.ts";

/** A promise of a contract that was not kept: what, expected and found. */
export class ContractViolation extends Error {
  static {
    Object.defineProperty(this.prototype, "name", { value: "ContractViolation" });
  }
}

/** Fails with `message` unless `condition` holds; `cause` is what showed that it does not. */
export function assert(condition: boolean, message: string, cause?: unknown): asserts condition {
  if (!condition) throw new ContractViolation(message, cause === undefined ? {} : { cause });
}

/** Compares primitives as `Object.is` does. */
export function assertEqual(found: unknown, expected: unknown, what: string): void {
  const [shownExpected, shownFound] = [describeValue(expected), describeValue(found)];
  assert(Object.is(found, expected), `${what}: expected ${shownExpected}, found ${shownFound}`);
}

/** Compares whole values bit by bit, the order of keys included. */
export function assertSameBits(found: unknown, expected: unknown, what: string): void {
  const difference = firstDifference(expected, found);
  assert(difference === undefined, difference ? describeDifference(difference, what) : what);
}

/** Compares bytes that must come as a plain `Uint8Array`, of this realm or another. */
export function assertSameBytes(found: Uint8Array, expected: Uint8Array, what: string): void {
  assertEqual(Object.prototype.toString.call(found), "[object Uint8Array]", `${what}: its type`);
  assertEqual(found.byteLength, expected.byteLength, `${what}: its length in bytes`);
  const at = firstByteDifference(found, expected);
  if (at === undefined) return;
  throw new ContractViolation(
    `${what}: byte ${at} of ${expected.byteLength} differs first: expected ${expected[at]}, found ${found[at]}`,
  );
}

function describeDifference({ path, a, b, ulps }: Difference, what: string): string {
  const distance = ulps === undefined ? "" : `, ${ulps} ulp apart`;
  return `${what}: at ${path}, expected ${a}, found ${b}${distance}`;
}
