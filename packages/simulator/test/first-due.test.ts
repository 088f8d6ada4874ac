import { expect, test } from "@jest/globals";
import { firstDue } from "../src/first-due.ts";

const small = Array.from({ length: 20 }, (_, index) => index);

test("finds the first step that is due, whatever was guessed", () => {
  for (const to of small) {
    for (const dueFrom of [...small, Infinity]) {
      const expected = small.find((step) => step > 3 && step <= to && step >= dueFrom);
      for (const guess of [-5, ...small, 1000])
        expect(firstDue({ from: 3, to, guess }, (step) => step >= dueFrom)).toBe(expected);
    }
  }
});

test("asks twice where the guess was right, and seldom where it was not", () => {
  const asked = (guess: number): number => {
    let count = 0;
    firstDue({ from: 0, to: 1_000_000, guess }, (step) => {
      count += 1;
      return step >= 5000;
    });
    return count;
  };
  expect([5000, 5001, 4999, 1].map(asked)).toEqual([2, 3, 2, 27]);
});
