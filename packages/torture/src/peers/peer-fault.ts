import type { Race } from "../races/race.ts";
import { undisturbedResult } from "../races/race.ts";
import type { RaceGround } from "../races/race-ground.ts";

/**
 * What has come of one fault: `refused` is a start that nothing stood in the way of and that did not
 * go on all the same; `missed` is a fault that did not happen.
 */
export type Outcome = "survived" | "lost" | "refused" | "missed";

/** One row of the table. */
export interface PeerFault {
  readonly name: string;
  /** `saves` is about what is on the disk, which a lock has no part in. */
  readonly about: "saves" | "starts";
  readonly needs?: readonly string[];
  plan(ground: RaceGround): Promise<readonly (() => Promise<Outcome>)[]>;
}

/**
 * Starts the training again, and lets it come to its end. Lost is what cannot be gone on from, is
 * gone back behind a save that was acknowledged, or ends otherwise than an undisturbed training.
 */
export async function startAgain(
  ground: RaceGround,
  race: Race,
  { mayRefuse = false, within = [] }: { mayRefuse?: boolean; within?: readonly string[] } = {},
): Promise<Outcome> {
  const next = race.start("next", { within });
  next.go();
  const { exitCode } = await next.ended;
  const journal = await race.journal();
  let saved = 0;
  for (const { kind, value } of journal) {
    if (kind === "saved") saved = Number(value);
    if (kind === "began" && Number(value) < saved) return "lost";
    if (kind === "completed") {
      if (value !== (await undisturbedResult(ground))) return "lost";
      saved = 0;
    }
  }
  if (exitCode === 0) return "survived";
  return mayRefuse ? "survived" : "lost";
}
