import assert from "node:assert/strict";
import { bringToEnd } from "../bring-to-end.ts";
import type { Storm, StormContext, Trial } from "../storm.ts";
import { type Scene, stageScenes, touches } from "../strace/scenes.ts";
import type { TracedCall } from "../strace/trace-log.ts";
import { liveUnderStrace } from "../strace/under-strace.ts";

/** SIGKILL at the entry of every call on the directory; the kernel never carries the call out. */
export const killAtSyscalls: Storm = {
  name: "kill-at-syscalls",
  faults: "F1 F2 F21",
  needs: ["strace"],
  async plan(context) {
    const scenes = await stageScenes(context.workshop);
    return scenes.flatMap((scene) => scene.calls.map((call) => killAt(context, scene, call)));
  },
};

function killAt({ workshop }: StormContext, scene: Scene, { name, number }: TracedCall): Trial {
  return {
    name: `${scene.name}:${name}:${number}`,
    async run() {
      const folder = await scene.prepare();
      const injection = { call: name, when: String(number), effect: "signal=SIGKILL" };
      const options = { ...scene.life, injection };
      const { signal, calls } = await liveUnderStrace(workshop, folder, [name], options);
      if (signal === null) return "missed";
      assert.equal(signal, "SIGKILL");
      const struck = calls.find((call) => call.number === number && call.result === "?");
      assert.ok(struck && touches(struck, folder), "SIGKILL struck a call on something else.");
      await bringToEnd(workshop, folder);
      return "survived";
    },
  };
}
