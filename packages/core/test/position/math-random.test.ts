import { describe, expect, test } from "@jest/globals";
import { isRepriseError } from "../../src/errors.ts";
import { withMathRandom } from "../../src/position/math-random.ts";
import { keyedRandom } from "../../src/position/random.ts";

const random = keyedRandom(7);
const ordinary = Math.random;

function attempt(action: () => unknown): unknown {
  try {
    return { returned: action() };
  } catch (error) {
    return { thrown: error };
  }
}

describe("withMathRandom", () => {
  test("draws Math.random from the stream and returns what the function returns", () => {
    const stream = random("step", 1);
    const expected = [stream.next(), stream.next()];
    const drawn = withMathRandom(random("step", 1), () => [Math.random(), Math.random()]);
    expect(drawn).toEqual(expected);
    expect(Math.random).toBe(ordinary);
  });

  test("puts Math.random back when the function throws, and lets its error through", () => {
    const failure = new Error("out of memory");
    const outcome = attempt(() =>
      withMathRandom(random("step"), () => {
        throw failure;
      }),
    );
    expect(outcome).toEqual({ thrown: failure });
    expect(Math.random).toBe(ordinary);
  });

  test("an inner call draws from its own stream and gives the outer one back", () => {
    const outer = random("outer");
    const inner = random("inner");
    const expected = [outer.next(), inner.next(), outer.next()];
    const drawn = withMathRandom(random("outer"), () => [
      Math.random(),
      withMathRandom(random("inner"), () => Math.random()),
      Math.random(),
    ]);
    expect(drawn).toEqual(expected);
    expect(Math.random).toBe(ordinary);
  });

  test("refuses an asynchronous function, whose later draws would not be keyed", () => {
    const outcome = attempt(() =>
      withMathRandom(random("step"), () => Promise.resolve(Math.random())),
    ) as { thrown?: unknown };
    expect(isRepriseError(outcome.thrown, "INVALID_ARGUMENT")).toBe(true);
    expect(String(outcome.thrown)).toContain("after its first await");
    expect(Math.random).toBe(ordinary);
  });
});
