import { describe, expect, test } from "@jest/globals";
import { isTime, planKills } from "../src/kill-plan.ts";

describe("the plan of kills", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(planKills(7, 6, 2500)).toEqual(planKills(7, 6, 2500));
    expect(planKills(7, 6, 2500)).not.toEqual(planKills(8, 6, 2500));
  });

  test("spreads the kills over the run in rising order and strikes in every scene", () => {
    const plan = planKills(7, 6, 2500);
    const steps = plan.map(({ step }) => step);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(Math.max(...steps)).toBeLessThan(2500);
    expect(new Set(plan.map(({ scene }) => scene))).toEqual(
      new Set(["epoch", "save", "validation"]),
    );
  });

  test("strikes once the step is reached and the scene has begun", () => {
    const training = (step: number) => ({ phase: "training", step }) as const;
    const validation = (step: number) => ({ phase: "validation", step }) as const;
    const at = (scene: "epoch" | "save" | "validation") => ({ scene, step: 100, delayMs: 0 });
    expect(isTime(at("epoch"), training(99))).toBe(false);
    expect(isTime(at("epoch"), training(100))).toBe(true);
    expect(isTime(at("epoch"), validation(100))).toBe(false);
    expect(isTime(at("validation"), validation(250))).toBe(true);
    expect(isTime(at("save"), training(100))).toBe(false);
    expect(isTime(at("save"), training(180))).toBe(true);
  });
});
