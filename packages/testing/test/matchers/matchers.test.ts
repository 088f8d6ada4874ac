import { describe, expect, test } from "@jest/globals";
import "../../src/jest.ts";
import { exact, momentumNotSaved, wallClock } from "../../src/mutants.ts";

const messageOf = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => "it passed",
    (error: Error) => error.message,
  );

describe("toResumeExactly", () => {
  test("passes for a training that does", async () => {
    await expect(exact).toResumeExactly();
    expect(await messageOf(expect(exact).not.toResumeExactly({ kinds: ["kill"] }))).toContain(
      "Expected the training not to resume exactly, but it does: 13 durable states",
    );
  });

  test("names the schedule, the place and the bits", async () => {
    await expect(momentumNotSaved).not.toResumeExactly();
    expect(await messageOf(expect(momentumNotSaved).toResumeExactly())).toMatchInlineSnapshot(`
      "The training does not resume exactly.
        schedule:    [{"save":1}]
        differs at:  $.weights[0]
        resumed:     0.39331140592132924 (0x3fd92c039a64db61)
        undisturbed: 0.465362619612952 (0x3fddc8804c012f62)
        begins:      in the save after step 2, at $.state.weights[0]
        play again:  await replay(training, [{"save":1}])
      Whatever this depends on must be in \`state\` or in a callback with a key, or be computed from the position."
    `);
    expect(await messageOf(expect(wallClock).toResumeExactly())).toContain(
      "$.state.report.updatedAt",
    );
  });
});

describe("toSurvive", () => {
  test("plays one schedule", async () => {
    await expect(exact).toSurvive([{ save: 2 }, { step: 5, kind: "term" }]);
    await expect(momentumNotSaved).not.toSurvive([{ save: 2 }]);
    expect(await messageOf(expect(momentumNotSaved).toSurvive([{ save: 2 }]))).toContain(
      '[{"save":2}]',
    );
    expect(await messageOf(expect(exact).not.toSurvive([{ save: 2 }]))).toContain("but it does");
  });

  test("a schedule that the training does not come to passes in neither way", async () => {
    for (const expectation of [expect(exact), expect(exact).not]) {
      expect(await messageOf(expectation.toSurvive([{ save: 100 }]))).toContain("did not happen");
    }
  });
});

describe("toBeBitIdenticalTo", () => {
  test("tells −0 from 0, and says where", () => {
    expect({ a: new Float32Array([0]) }).toBeBitIdenticalTo({
      a: new Float32Array([0]),
    });
    expect({ a: [0] }).not.toBeBitIdenticalTo({ a: [-0] });
    expect(() => expect({ a: [0] }).toBeBitIdenticalTo({ a: [-0] })).toThrow("$.a[0]");
    expect(() => expect([1]).not.toBeBitIdenticalTo([1])).toThrow("they are the same");
  });
});

test("the matchers for trainings refuse anything but a function", async () => {
  expect(await messageOf(expect(exact({} as never).catch(() => 1)).toResumeExactly())).toContain(
    "expects a function that runs the training anew",
  );
});
