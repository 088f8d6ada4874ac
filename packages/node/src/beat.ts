import { constants } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Beat, Report } from "@reprise/core";
import { readEntry } from "./read-entry.ts";

/** How often the beat of a living holder moves. */
const beatMs = 250;
/** All beats are of this length, so that one overwrites the other whole. */
const beatLength = 128;

function beatName(fence: number): string {
  return `beat-${fence}.json`;
}

/** What a holder says of itself with every beat. */
export interface BeatFacts {
  /** The step that its training has reached. */
  readonly step: number;
  /** For how many seconds it has held the run. */
  readonly seconds: number;
  /** How many of its saves were acknowledged. */
  readonly saves: number;
}

/**
 * Moves the beat of the holder of `fence` in `directory` a few times a second, until it is stopped. It is
 * written in place and not synced: a beat that is lost with the power is one of a holder that is lost.
 */
export class Heart {
  readonly #directory: string;
  readonly #fence: number;
  readonly #facts: () => BeatFacts;
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();

  constructor(directory: string, fence: number, facts: () => BeatFacts) {
    this.#directory = directory;
    this.#fence = fence;
    this.#facts = facts;
    this.#timer = setInterval(() => this.#beat(), beatMs);
    this.#timer.unref();
    this.#beat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await withdrawBeat(this.#directory, this.#fence);
  }

  #beat(): void {
    const text = JSON.stringify(this.#facts()).padEnd(beatLength - 1);
    const path = join(this.#directory, beatName(this.#fence));
    this.#beating = this.#beating.then(() => writeBeat(path, `${text}\n`));
  }
}

/** Takes a beat back that will not move any more: silence is not to be taken for death. */
export async function withdrawBeat(directory: string, fence: number): Promise<void> {
  await unlink(join(directory, beatName(fence))).catch(() => undefined);
}

/** Nothing rests on a single beat, so whatever fails here is left to the next one. */
async function writeBeat(path: string, text: string): Promise<void> {
  const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  try {
    const file = await open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o666);
    try {
      await file.write(text, 0);
    } finally {
      await file.close();
    }
  } catch {
    // A directory that is gone has nobody who looks at it.
  }
}

/**
 * Watches the beat of the holder of `fence` for at most `seconds` of this process's own clock, which no
 * other machine has to agree with.
 */
export async function watchBeat(
  directory: string,
  fence: number,
  seconds: number,
  report: Report,
): Promise<Beat> {
  const first = await readBeat(directory, fence);
  if (first === undefined) return "absent";
  const message = `waits up to ${seconds} s for a sign of life of whoever holds ${directory}`;
  report({ type: "waiting", message });
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await wait(beatMs);
    const beat = await readBeat(directory, fence);
    if (beat !== first) return beat === undefined ? "absent" : "moving";
  }
  return "silent";
}

async function readBeat(directory: string, fence: number): Promise<string | undefined> {
  try {
    const range = { start: 0, end: beatLength };
    return Buffer.from(await readEntry(directory, beatName(fence), range)).toString();
  } catch {
    return undefined;
  }
}
