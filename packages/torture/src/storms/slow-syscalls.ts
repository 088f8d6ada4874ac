import assert from "node:assert/strict";
import { bringToEnd, checkIfOver, describe } from "../bring-to-end.ts";
import type { Storm, StormContext, Trial } from "../storm.ts";
import { type Scene, stageScenes } from "../strace/scenes.ts";
import type { TracedCall } from "../strace/trace-log.ts";
import { liveUnderStrace } from "../strace/under-strace.ts";

/** Longer than all the steps between two saves take, so that training is ahead of the disk. */
const delayMicroseconds = 50_000;

/** Every call on the directory takes long, while training goes on. */
export const slowSyscalls: Storm = {
  name: "slow-syscalls",
  faults: "F18 F23 F24",
  needs: ["strace"],
  async plan(context) {
    const scenes = await stageScenes(context.workshop, { inBackground: true });
    return scenes.flatMap((scene) => scene.calls.map((call) => delayAt(context, scene, call)));
  },
};

function delayAt({ workshop }: StormContext, scene: Scene, { name, number }: TracedCall): Trial {
  return {
    name: `${scene.name}:${name}:${number}`,
    async run() {
      const folder = await scene.prepare();
      const life = await liveUnderStrace(workshop, folder, [name], {
        ...scene.life,
        injection: {
          call: name,
          when: String(number),
          effect: `delay_enter=${delayMicroseconds}`,
        },
      });
      if (!life.calls.some(({ result }) => result.includes("(DELAYED)"))) return "missed";
      assert.equal(life.exitCode, 0, describe(life));
      assert.ok(await checkIfOver(workshop, folder), "It ended, and is not over.");
      await bringToEnd(workshop, folder);
      return "survived";
    },
  };
}
