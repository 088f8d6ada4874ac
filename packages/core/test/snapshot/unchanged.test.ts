import { describe, expect, test } from "@jest/globals";
import { UnchangedTensors } from "../../src/snapshot/unchanged.ts";

const sums = (record: Record<string, string>): ReadonlyMap<string, string> =>
  new Map(Object.entries(record));

describe("a tensor that does not change", () => {
  test("is reported after three saves of advancing steps, once", () => {
    const unchanged = new UnchangedTensors([]);
    const reports = [10, 20, 30, 40, 50, 60, 70].map((step) =>
      unchanged.observe(step, sums({ "state.w": `${step}`, "state.old": "a" })),
    );
    expect(reports).toEqual([[], [], ["state.old"], [], [], [], []]);
  });

  test("is not reported while the step stands still", () => {
    const unchanged = new UnchangedTensors([]);
    const reports = [10, 10, 10, 10, 20].map((step) =>
      unchanged.observe(step, sums({ "state.w": "a" })),
    );
    expect(reports).toEqual([[], [], [], [], []]);
  });

  test("is not reported once it has changed", () => {
    const unchanged = new UnchangedTensors([]);
    const reports = ["a", "a", "b", "b", "b", "b"].map((sum, step) =>
      unchanged.observe(step, sums({ "state.w": sum })),
    );
    expect(reports.flat()).toEqual([]);
  });

  test("is not reported where it is frozen", () => {
    const unchanged = new UnchangedTensors(["embedding", "state.list[1]"]);
    const seen = sums({
      "state.embedding": "a",
      "state.embedding.w": "a",
      "state.embeddings": "a",
      "state.list[1].w": "a",
      "state.list[10].w": "a",
    });
    const reports = [1, 2, 3].map((step) => unchanged.observe(step, seen));
    expect(reports.flat()).toEqual(["state.embeddings", "state.list[10].w"]);
  });

  test("is not reported outside the program's own state", () => {
    const unchanged = new UnchangedTensors([]);
    const seen = sums({ "callbacks.best": "a", state: "a", "stateless.w": "a" });
    const reports = [1, 2, 3].map((step) => unchanged.observe(step, seen));
    expect(reports.flat()).toEqual(["state"]);
  });
});
