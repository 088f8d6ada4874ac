import { expect, test } from "@jest/globals";
import { keyedRandom } from "@reprise/core";
import { type Course, createCourse, runFairly } from "../src/schedule.ts";
import type { Trial } from "../src/storm.ts";

const random = keyedRandom(1);

/** Trials on a clock of their own: each takes `ms` of it. */
function createClock(): {
  readonly now: () => number;
  readonly trials: (ms: number) => (index: number) => Trial;
} {
  let time = 0;
  return {
    now: () => time,
    trials: (ms) => (index) => ({
      name: String(index),
      async run() {
        time += ms;
        return "survived";
      },
    }),
  };
}

function list(count: number, trial: (index: number) => Trial): Trial[] {
  return Array.from({ length: count }, (_, index) => trial(index));
}

function* endless(trial: (index: number) => Trial): Generator<Trial> {
  for (let index = 0; ; index++) yield trial(index);
}

const tried = (courses: readonly Course[]): number[] => courses.map(({ tally }) => tally.tried);
const quiet = { atOnce: 1, onTried: () => {} };

test("gives storms of fast and of slow trials the same time", async () => {
  const { now, trials } = createClock();
  const courses = [
    createCourse("fast", list(1000, trials(10)), random),
    createCourse("slow", list(1000, trials(100)), random),
  ];
  await runFairly(courses, { ...quiet, now, isTimeOver: () => now() >= 4000 });
  expect(tried(courses)).toEqual([200, 20]);
});

test("gives what a storm that is through leaves to the others", async () => {
  const { now, trials } = createClock();
  const courses = [
    createCourse("short", list(3, trials(100)), random),
    createCourse("long", list(50, trials(100)), random),
  ];
  await runFairly(courses, { ...quiet, now, isTimeOver: () => false });
  expect(tried(courses)).toEqual([3, 50]);
});

test("gives a storm without end a third of the time of one with an end, and then all", async () => {
  const { now, trials } = createClock();
  const courses = [
    createCourse("endless", endless(trials(10)), random),
    createCourse("finite", list(30, trials(10)), random),
  ];
  await runFairly(courses, { ...quiet, now, isTimeOver: () => now() >= 400 });
  expect(tried(courses)).toEqual([10, 30]);
  await runFairly(courses, { ...quiet, now, isTimeOver: () => now() >= 1000 });
  expect(tried(courses)).toEqual([70, 30]);
});

test("takes the trials of a storm in an order that is the same for the same seed", async () => {
  const orderOf = async (seed: number): Promise<string[]> => {
    const { now, trials } = createClock();
    const names: string[] = [];
    const course = createCourse("one", list(20, trials(1)), keyedRandom(seed));
    const onTried = (_: Course, { name }: Trial): void => void names.push(name);
    await runFairly([course], { atOnce: 1, onTried, now, isTimeOver: () => false });
    return names;
  };
  const first = await orderOf(1);
  expect(await orderOf(1)).toEqual(first);
  expect(await orderOf(2)).not.toEqual(first);
  expect(first.map(Number).toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
});

test("counts what was lost and what was missed, and tells of each loss", async () => {
  const losses: unknown[] = [];
  const plan: Trial[] = [
    { name: "a", run: async () => "survived" },
    { name: "b", run: async () => "missed" },
    { name: "c", run: () => Promise.reject(new Error("a step is gone")) },
  ];
  const course = createCourse("mixed", plan, random);
  await runFairly([course], {
    atOnce: 2,
    isTimeOver: () => false,
    onTried: (_, { name }, error) => void (error && losses.push([name, error])),
  });
  expect(losses).toEqual([["c", new Error("a step is gone")]]);
  const { tried: count, survived, lost, missed } = course.tally;
  expect({ count, survived, lost, missed }).toEqual({ count: 2, survived: 1, lost: 1, missed: 1 });
});
