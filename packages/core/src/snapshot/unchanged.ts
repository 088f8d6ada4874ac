/** How many saves have to agree before a tensor is taken for one that training does not reach. */
const enoughSaves = 3;

interface Sighting {
  readonly checksum: string;
  readonly step: number;
  readonly saves: number;
}

/**
 * Finds the tensors that stay as they were while training advances: a program that assigned a new
 * array to its variable keeps saving the old one.
 */
export class UnchangedTensors {
  readonly #frozen: readonly string[];
  // A tensor that was reported, or was seen to change, is of no more interest.
  readonly #sightings = new Map<string, Sighting | undefined>();

  /** `frozen` are paths within the state, such as `embedding`, of what is not meant to change. */
  constructor(frozen: readonly string[]) {
    this.#frozen = frozen.map((path) => (isWithin(path, "state") ? path : `state.${path}`));
  }

  /**
   * Takes note of what was saved at `step`. Returns the names of the tensors of the root `state` that are
   * the same in three saves of different steps; each only once.
   */
  observe(step: number, checksums: ReadonlyMap<string, string>): readonly string[] {
    const unchanged: string[] = [];
    for (const [name, checksum] of checksums) {
      if (!isWithin(name, "state") || this.#frozen.some((path) => isWithin(name, path))) continue;
      if (!this.#sightings.has(name)) this.#sightings.set(name, { checksum, step, saves: 1 });
      const sighting = this.#sightings.get(name);
      if (sighting === undefined || step <= sighting.step) continue;
      const saves = sighting.saves + 1;
      const isDone = checksum !== sighting.checksum || saves === enoughSaves;
      if (checksum === sighting.checksum && isDone) unchanged.push(name);
      this.#sightings.set(name, isDone ? undefined : { checksum, step, saves });
    }
    return unchanged;
  }
}

function isWithin(name: string, path: string): boolean {
  return name === path || name.startsWith(`${path}.`) || name.startsWith(`${path}[`);
}
