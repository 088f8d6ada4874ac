import { expect, test } from "@jest/globals";
import { keyedRandom } from "@reprise/core";
import type { Storm } from "../src/storm.ts";
import { failingSyscalls } from "../src/storms/failing-syscalls.ts";
import { killAtSyscalls } from "../src/storms/kill-at-syscalls.ts";
import { lyingWrites } from "../src/storms/lying-writes.ts";
import { powerLoss } from "../src/storms/power-loss.ts";
import { randomKills } from "../src/storms/random-kills.ts";
import { findMissing } from "../src/system-programs.ts";
import { withWorkshop } from "../src/workshop.ts";

const conditions = ["@reprise/source"];

test("strace is installed, without which most storms cannot be run", () => {
  expect(findMissing(["strace"])).toBeUndefined();
});

// Each storm finds what a store of another kind does wrong; the pattern leaves out trials that
// cannot, so that the test is short.
test.each<[string, Storm, string, RegExp, RegExp]>([
  ["a kill", killAtSyscalls, "in-place", /^start:pwritev/, /cannot be brought to its end/],
  ["a write that lies", lyingWrites, "in-place", /dies$/, /cannot be brought to its end/],
  ["a power loss", powerLoss, "in-place", /posix/, /cannot be brought to its end/],
  ["an error", failingSyscalls, "deaf", /^start:link:EIO:\d+\+$/, /as if it were complete/],
  ["an error before a kill", failingSyscalls, "deaf", /^start:link:.*dies$/, /went on from/],
  ["a random kill", randomKills, "hasty", /./, /went on from/],
])(
  "%s brings out what a store does wrong",
  async (_fault, storm, program, trials, loss) => {
    const message = await firstLoss(storm, program, trials);
    expect(message).toMatch(loss);
  },
  60_000,
);

async function firstLoss(storm: Storm, program: string, trials: RegExp): Promise<string> {
  const url = new URL(`./fixtures/${program}.ts`, import.meta.url);
  return withWorkshop(
    async (workshop) => {
      const plan = await storm.plan({ random: keyedRandom(1), workshop });
      let tried = 0;
      for (const trial of plan) {
        if (!trials.test(trial.name)) continue;
        const loss = await trial.run().then(
          () => undefined,
          (error: Error) => `${trial.name}: ${error.message}`,
        );
        if (loss !== undefined) return loss;
        if (++tried === 40) break;
      }
      return `nothing lost in ${tried} trials`;
    },
    { program: url, conditions },
  );
}
