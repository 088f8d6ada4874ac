import { bringToEnd } from "../bring-to-end.ts";
import type { Storm, StormContext, Trial } from "../storm.ts";
import { type Scene, type SceneCall, stageScenes } from "../strace/scenes.ts";
import type { TracedCall } from "../strace/trace-log.ts";
import { liveUnderStrace } from "../strace/under-strace.ts";
import { type Ending, forEver, once } from "./endings.ts";
import { checkFailure } from "./failing-syscalls.ts";

/** Every write reports that it has stored all its bytes, and has stored none. */
export const lyingWrites: Storm = {
  name: "lying-writes",
  faults: "F14",
  needs: ["strace"],
  async plan(context) {
    const scenes = await stageScenes(context.workshop);
    return scenes.flatMap((scene) =>
      scene.calls.flatMap((call) =>
        endingsOf(call).map((ending) => lieAt(context, scene, call, ending)),
      ),
    );
  },
};

/** By the one call checkpoints are written, which are of one size; by the other, small files. */
function endingsOf(call: SceneCall): readonly Ending[] {
  if (call.name === "pwritev") return [once(call), ...forEver(call)];
  return call.name === "pwrite64" ? [once(call)] : [];
}

function lieAt(
  { workshop }: StormContext,
  scene: Scene,
  { name, result }: TracedCall,
  { when, dieAtStep, ending }: Ending,
): Trial {
  return {
    name: `${scene.name}:${name}:${when}${ending}`,
    async run() {
      const folder = await scene.prepare();
      const injection = { call: name, when, effect: `retval=${Number(result)}` };
      const options = { ...scene.life, injection, ...dieAtStep };
      const life = await liveUnderStrace(workshop, folder, [name], options);
      const lies = life.calls.filter((call) => call.result.includes("(INJECTED)"));
      // No kernel reports more bytes than it was given, and what it reports less is written again.
      // How many a lease has depends on the number of its process.
      const areWhole = lies.every((lie) => bytesGiven(lie) === Number(result));
      if (lies.length === 0 || !areWhole) return "missed";
      await checkFailure(workshop, folder, life);
      await bringToEnd(workshop, folder);
      return "survived";
    },
  };
}

/** How many bytes a write was given, and so can say it has stored. */
function bytesGiven({ args }: TracedCall): number {
  const pieces = [...args.matchAll(/iov_len=(\d+)/g)].map(([, length]) => Number(length));
  if (pieces.length > 0) return pieces.reduce((sum, length) => sum + length);
  return Number(/, (\d+), \d+$/.exec(args)?.[1]);
}
