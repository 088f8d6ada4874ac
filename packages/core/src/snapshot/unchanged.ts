/** How many saves have to agree before a tensor is taken for one that training does not reach. */
const enoughSaves = 3;

interface Sighting {
  readonly checksum: string;
  step: number;
  saves: number;
}

/**
 * Finds the tensors that stay as they were while training advances: a program that assigned a new
 * array to its variable keeps saving the old one.
 */
export class UnchangedTensors {
  readonly #frozen: readonly string[];
  readonly #sightings = new Map<string, Sighting>();

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
      const sighting = this.#sightings.get(name);
      if (sighting === undefined) this.#sightings.set(name, { checksum, step, saves: 1 });
      else if (step > sighting.step) {
        sighting.step = step;
        // One that was seen to change is of no more interest.
        sighting.saves = checksum === sighting.checksum ? sighting.saves + 1 : Number.NaN;
        if (sighting.saves === enoughSaves) unchanged.push(name);
      }
    }
    return unchanged;
  }
}

function isWithin(name: string, path: string): boolean {
  return name.startsWith(path) && /^$|^[.[]/.test(name.slice(path.length));
}
