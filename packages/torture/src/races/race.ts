import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { judge, type JournalLine, parseJournal } from "./judge.ts";
import type { RaceGround } from "./race-ground.ts";
import { type Racer, type RacerEnd, startRacer } from "./racer.ts";

/** How one racer of a race differs from the others. */
export interface RacerOptions {
  readonly gates?: readonly number[];
  readonly takeOver?: boolean;
  readonly computesUntil?: string;
  readonly within?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One run, and the processes that want it. */
export interface Race {
  /** The folder of this race; `backup` in it is the directory of the run. */
  readonly folder: string;
  readonly backup: string;
  /** Keeps what there is now, in a new folder `past`. */
  leave(past: string): Promise<void>;
  /** Begins with what an earlier race left. */
  goOnFrom(past: string): Promise<void>;
  /** Starts a racer, which waits until it is told to go. */
  start(name: string, options?: RacerOptions): Racer;
  journal(): Promise<JournalLine[]>;
  /** Judges the race once all of its racers have ended. */
  losses(options?: { readonly takenOver?: readonly string[] }): Promise<string[]>;
}

/** A race that hangs is ended, and so lost; the slowest takes a few seconds on a busy machine. */
const patienceMs = 60_000;

/** Holds a race in a folder of its own, and ends every process of it whatever happens. */
export async function holdRace<T>(ground: RaceGround, act: (race: Race) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(ground.folder, "race-"));
  const backup = join(folder, "backup");
  const journalPath = join(folder, "journal");
  const racers: Racer[] = [];
  const journal = async (): Promise<JournalLine[]> =>
    parseJournal(await readFile(journalPath, "utf8"));
  const patience = setTimeout(() => {
    for (const racer of racers) endByForce(racer);
  }, patienceMs);
  try {
    return await act({
      folder,
      backup,
      journal,
      leave: (past) => cp(folder, past, { recursive: true }),
      async goOnFrom(past) {
        await cp(past, folder, { recursive: true });
      },
      start(name, { gates = [], takeOver = false, computesUntil, ...start } = {}) {
        const until = computesUntil === undefined ? {} : { computesUntil };
        const order = { name, backup, journal: journalPath, gates, takeOver, ...until };
        const racer = startRacer({ order, program: ground.program, ...start });
        racers.push(racer);
        return racer;
      },
      async losses(options) {
        const undisturbed = await undisturbedResult(ground);
        const record = { journal: await journal(), leftovers: await readdir(backup), undisturbed };
        return judge(record, options);
      },
    });
  } finally {
    clearTimeout(patience);
    for (const racer of racers) endByForce(racer);
    await Promise.all(racers.map(({ ended }) => ended));
    await rm(folder, { recursive: true });
  }
}

/** Kills a racer, unless it has ended by itself. */
export function endByForce(racer: Racer): void {
  try {
    racer.signal("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

const results = new WeakMap<RaceGround, Promise<string>>();

/** The result of a training that nothing happened to. */
export function undisturbedResult(ground: RaceGround): Promise<string> {
  const known = results.get(ground);
  if (known) return known;
  const result = holdRace(ground, async (race) => {
    const racer = race.start("undisturbed");
    racer.go();
    await expectEnd(racer, 0);
    return racer.reached("completed");
  });
  results.set(ground, result);
  return result;
}

/** Rejects when `racer` ends otherwise than by `exitCode`, with `code` among what it prints. */
export async function expectEnd(racer: Racer, exitCode: number, code = ""): Promise<RacerEnd> {
  const end = await racer.ended;
  if (end.exitCode === exitCode && end.stderr.includes(code)) return end;
  throw new Error(
    `${racer.name} ended with ${end.signal ?? end.exitCode} instead of ${exitCode} ${code}\n${end.stderr}`,
  );
}
