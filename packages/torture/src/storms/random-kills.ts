import assert from "node:assert/strict";
import { bringToEnd, checkIfOver, checkStart, describe } from "../bring-to-end.ts";
import type { Life } from "../life.ts";
import { acknowledgedIn } from "../remains.ts";
import type { Storm, StormContext, Trial } from "../storm.ts";
import { atRandom } from "./at-random.ts";

/** SIGKILL at any time, also while a life goes on from the last kill, several times in a training. */
export const randomKills: Storm = {
  name: "random-kills",
  faults: "F1 F2 F21",
  plan: async (context) => endlessly((index) => interrupted(context, "SIGKILL", index)),
};

/** SIGTERM at any time: the training saves, and asks to be started again. */
export const randomNotices: Storm = {
  name: "random-notices",
  faults: "F21",
  plan: async (context) => endlessly((index) => interrupted(context, "SIGTERM", index)),
};

function* endlessly(trial: (index: number) => Trial): Generator<Trial> {
  for (let index = 0; ; index++) yield trial(index);
}

const mostInterruptions = 5;

function interrupted(
  { random, workshop }: StormContext,
  name: "SIGKILL" | "SIGTERM",
  index: number,
): Trial {
  return {
    name: String(index),
    async run() {
      const stream = random(name, index);
      const folder = await workshop.makeFolder();
      const lives = 1 + Math.floor(stream.next() * mostInterruptions);
      let struck = 0;
      for (let life = 0; life < lives; life++) {
        const acknowledged = await acknowledgedIn(folder);
        if (await checkIfOver(workshop, folder)) break;
        const ended = await workshop.live(folder, {
          inBackground: stream.next() < 0.7,
          ...atRandom(stream, name),
        });
        checkStart(ended, acknowledged);
        checkEnd(ended, name);
        if (ended.exitCode !== 0) struck++;
      }
      await bringToEnd(workshop, folder);
      return struck > 0 ? "survived" : "missed";
    },
  };
}

/** Whoever is told before anybody listens to notices dies of them. */
function checkEnd(life: Life, name: "SIGKILL" | "SIGTERM"): void {
  const { exitCode, signal } = life;
  const asAgreed = exitCode === 0 || signal === name || (name === "SIGTERM" && exitCode === 75);
  assert.ok(asAgreed, `It did not end as agreed.\n${describe(life)}`);
}
