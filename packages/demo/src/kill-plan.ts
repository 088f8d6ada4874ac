import { keyedRandom, type RandomStream } from "@reprise/core";
import { saveEverySteps } from "./plan.ts";

/** In the middle of what the training is killed. */
type KillScene = "epoch" | "validation" | "save";

/** One kill: the first moment of its scene once `step` is reached, and a little later. */
export interface PlannedKill {
  readonly scene: KillScene;
  readonly step: number;
  readonly delayMs: number;
}

const scenes: readonly KillScene[] = ["epoch", "save", "validation"];

/**
 * Spreads `kills` over a run of `steps` steps: each scene in turn, at a random step of its part of
 * the run, a random moment after the scene began. The same seed gives the same plan.
 */
export function planKills(seed: number, kills: number, steps: number): PlannedKill[] {
  const random = keyedRandom(seed);
  const part = (steps * 0.85) / kills;
  return Array.from({ length: kills }, (_, index) => {
    const stream = random("kill", index);
    const scene = scenes[index % scenes.length] ?? "epoch";
    const step = Math.floor(part * (index + stream.next()));
    return { scene, step, delayMs: delayOf(scene, stream) };
  });
}

function delayOf(scene: KillScene, stream: RandomStream): number {
  // A save of this state takes some milliseconds, a validation some tens of them.
  return { epoch: 20, validation: 15, save: 6 }[scene] * stream.next();
}

/** Whether the training, having done `step` steps, is where this kill is to strike. */
export function isTime(
  kill: PlannedKill,
  now: { readonly phase: "training" | "validation"; readonly step: number },
): boolean {
  if (now.step < kill.step) return false;
  if (kill.scene === "validation") return now.phase === "validation";
  if (kill.scene === "epoch") return now.phase === "training";
  return now.phase === "training" && now.step % saveEverySteps === 0;
}
