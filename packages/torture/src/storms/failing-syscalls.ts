import assert from "node:assert/strict";
import { bringToEnd, checkIfOver, describe } from "../bring-to-end.ts";
import type { Life } from "../life.ts";
import { forEver, once } from "./endings.ts";
import type { Storm, StormContext, Trial } from "../storm.ts";
import { type Scene, type SceneCall, stageScenes } from "../strace/scenes.ts";
import { liveUnderStrace } from "../strace/under-strace.ts";
import type { Workshop } from "../workshop.ts";

/** What each call can fail with on a bad or full disk, or in a process at its limits. */
const errorsOf: Readonly<Record<string, readonly string[]>> = {
  openat: ["EIO", "ENOSPC", "EMFILE", "EACCES", "EINTR"],
  mkdir: ["EIO", "ENOSPC", "EROFS"],
  pwrite64: ["EIO", "ENOSPC", "EDQUOT", "EINTR"],
  pwritev: ["EIO", "ENOSPC", "EDQUOT", "EFBIG", "EINTR"],
  fsync: ["EIO", "EDQUOT", "EINTR"],
  fdatasync: ["EIO", "ENOSPC"],
  link: ["EIO", "ENOSPC", "EROFS", "EPERM"],
  rename: ["EIO", "ENOSPC"],
  unlink: ["EIO", "EACCES"],
  close: ["EIO", "EINTR"],
  pread64: ["EIO", "EINTR"],
  getdents64: ["EIO", "ENOMEM"],
};
const errorsOfOthers = ["EIO"];

/** Every call on the directory fails, once or from there on for ever. */
export const failingSyscalls: Storm = {
  name: "failing-syscalls",
  faults: "F9 F10 F11 F12 F13",
  needs: ["strace"],
  async plan(context) {
    const scenes = await stageScenes(context.workshop);
    return scenes.flatMap((scene) => scene.calls.flatMap((call) => failAt(context, scene, call)));
  },
};

function failAt({ workshop }: StormContext, scene: Scene, call: SceneCall): Trial[] {
  const { name } = call;
  return (errorsOf[name] ?? errorsOfOthers).flatMap((error) => {
    // A call that is interrupted for ever is one that never ends.
    const endings = error === "EINTR" ? [once(call)] : [once(call), ...forEver(call)];
    return endings.map(({ when, dieAtStep, ending }) => ({
      name: `${scene.name}:${name}:${error}:${when}${ending}`,
      async run() {
        const folder = await scene.prepare();
        const injection = { call: name, when, effect: `error=${error}` };
        const options = { ...scene.life, injection, ...dieAtStep };
        const life = await liveUnderStrace(workshop, folder, [name], options);
        if (!life.calls.some(({ result }) => result.includes("(INJECTED)"))) return "missed";
        // A file system that does not permit links will not do so at the next start.
        await checkFailure(workshop, folder, life, { isForGood: error === "EPERM" });
        await bringToEnd(workshop, folder);
        return "survived";
      },
    }));
  });
}

/**
 * Rejects unless a life came to its end, or was killed, in spite of a fault, or has told of it and
 * ended with an exit code by which it may be started again, where that makes sense.
 */
export async function checkFailure(
  workshop: Workshop,
  folder: string,
  life: Life,
  { isForGood = false }: { readonly isForGood?: boolean } = {},
): Promise<void> {
  const over = await checkIfOver(workshop, folder);
  if (life.exitCode === 0) {
    assert.ok(over, `It ended as if it were complete, and is not.\n${describe(life)}`);
    return;
  }
  if (life.signal === "SIGKILL") return;
  const codes: readonly unknown[] = isForGood ? [1, 75, 78] : [1, 75];
  assert.ok(codes.includes(life.exitCode), `It did not end as agreed.\n${describe(life)}`);
  assert.match(life.stderr, /RepriseError/, `It failed with another error.\n${describe(life)}`);
}
