import type { Storm, StormContext, Trial } from "../storm.ts";
import { clocks, jumpClocks } from "./clock-jumps.ts";
import { otherContainer, reboot, reusePid } from "./dead-holder.ts";
import type { StopPoint } from "./file-thread.ts";
import { hasNamespaces } from "./namespaces.ts";
import { openRaceGround, type RaceGround } from "./race-ground.ts";
import { claimScenes } from "./scenes.ts";
import { startAtOnce } from "./starts-at-once.ts";
import { callsOfClaim, meanwhiles, stopContender } from "./stopped-contender.ts";
import {
  callsOfSave,
  gatesOfSaves,
  refuseWhileComputing,
  refuseWhileStopped,
  takeOverWhileStopped,
} from "./stopped-holder.ts";

async function groundOf({ workshop }: StormContext): Promise<RaceGround> {
  return openRaceGround(await workshop.makeFolder());
}

const simultaneousStarts: Storm = {
  name: "simultaneous-starts",
  faults: "F17",
  async plan(context) {
    const ground = await groundOf(context);
    return (function* rounds(): Iterable<Trial> {
      for (let round = 0; ; round += 1) {
        for (const starters of [2, 4]) {
          yield { name: `${starters}:${round}`, run: () => startAtOnce(ground, starters) };
        }
      }
    })();
  },
};

const stoppedContenders: Storm = {
  name: "stopped-contenders",
  faults: "F17 F19",
  needs: ["strace", "unshare"],
  async plan(context) {
    const ground = await groundOf(context);
    const trials: Trial[] = [];
    for (const scene of await claimScenes(ground)) {
      if (scene.takeOver && !hasNamespaces()) continue;
      for (const point of await callsOfClaim(ground, scene)) {
        for (const meanwhile of meanwhiles) {
          trials.push({
            name: `${scene.name}:${nameOf(point)}:${meanwhile}`,
            run: () => stopContender(ground, scene, point, meanwhile),
          });
        }
      }
    }
    return trials;
  },
};

const stoppedHolders: Storm = {
  name: "stopped-holders",
  faults: "F18",
  needs: ["strace", "unshare"],
  async plan(context) {
    const ground = await groundOf(context);
    const trials: Trial[] = [{ name: "computes", run: () => refuseWhileComputing(ground) }];
    for (const [save, gate] of Object.entries(gatesOfSaves)) {
      for (const point of await callsOfSave(ground, gate)) {
        const name = `${save}:${nameOf(point)}`;
        const takeOver = inNamespaces(() => takeOverWhileStopped(ground, gate, point));
        trials.push(
          { name: `refuse:${name}`, run: () => refuseWhileStopped(ground, gate, point) },
          { name: `take-over:${name}`, run: takeOver },
        );
      }
    }
    return trials;
  },
};

const deadHolders: Storm = {
  name: "dead-holders",
  faults: "F19",
  needs: ["unshare", "nsenter"],
  async plan(context) {
    const ground = await groundOf(context);
    const acts = {
      "reused-pid": () => reusePid(ground, "another process"),
      "own-pid-again": () => reusePid(ground, "the next start"),
      reboot: () => reboot(ground),
      "holder-in-container": () => otherContainer(ground, "holder"),
      "contender-in-container": () => otherContainer(ground, "contender"),
      "both-in-containers": () => otherContainer(ground, "both"),
    };
    return Object.entries(acts).map(([name, act]) => ({ name, run: inNamespaces(act) }));
  },
};

const clockJumps: Storm = {
  name: "clock-jumps",
  faults: "F20",
  needs: ["faketime"],
  async plan(context) {
    const ground = await groundOf(context);
    return clocks.map((hours) => {
      const { holder, jump, contender } = hours;
      return { name: `${holder}h:${jump}h:${contender}h`, run: () => jumpClocks(ground, hours) };
    });
  },
};

/** Two and more processes that want one run, in whatever state, namespace and time. */
export const races: readonly Storm[] = [
  simultaneousStarts,
  stoppedContenders,
  stoppedHolders,
  deadHolders,
  clockJumps,
];

function nameOf({ name, nth, about }: StopPoint): string {
  return `${name}#${nth}(${about.replaceAll(" ", ",")})`;
}

/** Where a user may have no namespaces, the fault cannot be brought about. */
function inNamespaces(act: Trial["run"]): Trial["run"] {
  return async () => (hasNamespaces() ? act() : "missed");
}
