import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openRaceGround, type RaceGround } from "../../src/races/race-ground.ts";
import { refuseWhileComputing, refuseWhileStopped } from "../../src/races/stopped-holder.ts";
import { startAtOnce } from "../../src/races/starts-at-once.ts";
import { stopContender } from "../../src/races/stopped-contender.ts";

const conditions = ["@reprise/source"];
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reprise-races-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function groundOf(fixture?: string): Promise<RaceGround> {
  const place = await mkdtemp(join(folder, "ground-"));
  if (fixture === undefined) return openRaceGround(place, { conditions });
  const program = new URL(`./fixtures/${fixture}.ts`, import.meta.url);
  return openRaceGround(place, { program, conditions });
}

// The contender has made its lease and not yet given it its name.
const beforeLease = { name: "pwrite64", nth: 1, about: "backup/lease-1.json.tmp", returned: 307 };
const inSave = {
  name: "link",
  nth: 1,
  about: "backup/checkpoint-1-3.safetensors.tmp backup/checkpoint-1-3.safetensors",
  returned: 0,
};

describe("a directory", () => {
  test("survives starts at once, a stopped contender and a stopped holder", async () => {
    const ground = await groundOf();
    const fresh = { name: "fresh", takeOver: false };
    expect(
      await Promise.all([
        startAtOnce(ground, 3),
        stopContender(ground, fresh, beforeLease, "trains"),
        stopContender(ground, fresh, beforeLease, "leaves"),
        refuseWhileStopped(ground, 5, inSave),
        refuseWhileComputing(ground),
      ]),
    ).toEqual(["survived", "survived", "survived", "survived", "survived"]);
  }, 60_000);

  test("is not said to have survived what has not happened", async () => {
    const never = { ...beforeLease, nth: 1000 };
    const fresh = { name: "fresh", takeOver: false };
    const elsewhere = { ...beforeLease, name: "mkdir" };
    const ground = await groundOf();
    expect(
      await Promise.all([
        stopContender(ground, fresh, never, "dies"),
        stopContender(ground, fresh, elsewhere, "dies"),
      ]),
    ).toEqual(["missed", "missed"]);
  }, 60_000);
});

describe("a store in which two can hold a run", () => {
  test.each(["without-presence", "without-fence"])(
    "is found out: %s",
    async (fixture) => {
      const ground = await groundOf(fixture);
      const [atOnce, whileComputing] = await Promise.allSettled([
        startAtOnce(ground, 2),
        refuseWhileComputing(ground),
      ]);
      expect(whileComputing).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringMatching(/^contender0 ended with 0 instead of 75/) },
      });
      expect(atOnce).toMatchObject({ status: "rejected" });
    },
    60_000,
  );
});
