import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { firstDifference } from "@reprise/testing";
import type { LocalServer } from "../local-server.ts";
import { bundle, Chromium, serve } from "./browser.ts";
import { liveThrough } from "./lives.ts";
import type { Loss, Outcome } from "./programs/fit.ts";

const backends = ["cpu", "webgl"];

let site: LocalServer;
/** What training comes to on each backend when it is let alone. */
const undisturbed = new Map<string, Outcome>();

beforeAll(async () => {
  site = await serve(await bundle("programs/fit.ts"));
  for (const backend of backends) {
    const { result } = await liveThrough<Outcome>(site, `program.train(life, "${backend}")`);
    undisturbed.set(backend, result);
  }
});

afterAll(() => site.close());

describe.each(backends)("fit in Chromium, on %s", (backend) => {
  test("comes to the same bits as model.fit", async () => {
    const both = `program.trainBoth("${backend}")`;
    const { result } = await liveThrough<[plain: Outcome, ours: Outcome]>(site, both);
    const [plain, ours] = result;
    expect(ours.history["loss"]).toHaveLength(2);
    expect(firstDifference(ours, plain)).toBeUndefined();
  });

  test("resumes exactly after its page and its browser were killed", async () => {
    const train = `program.train(life, "${backend}")`;
    const { printed, result } = await liveThrough<Outcome>(site, train, [
      { write: 2, moment: "during", of: "page" },
      { write: 2, moment: "after", of: "browser" },
    ]);
    expect(printed[2]).toContain("resumed");
    expect(result.history["loss"]).toHaveLength(2);
    expect(firstDifference(result, undisturbed.get(backend))).toBeUndefined();
  });
});

describe("a WebGL context that is lost", () => {
  test.each(["in a step", "in a save"])(
    "%s is an error, and nothing of it is saved",
    async (when) => {
      const chromium = await Chromium.create();
      try {
        const losing = await chromium.open(site.url);
        const { code, events } = await losing.evaluate<Loss>(`program.trainUntilLost("${when}")`);
        expect(code).toBe("DEVICE_LOST");
        expect(events.includes("saveFailed")).toBe(when === "in a save");

        const resuming = await chromium.open(site.url);
        await resuming.exposeFunction("reach", () => {});
        const result = await resuming.evaluate<Outcome>('program.train(2, "webgl")');
        expect(firstDifference(result, undisturbed.get("webgl"))).toBeUndefined();
      } finally {
        await chromium.remove();
      }
    },
  );
});
