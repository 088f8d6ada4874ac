import { afterAll, beforeAll } from "@jest/globals";
import { openWorkshop, type Workshop } from "./toy-child.ts";

/** A workshop for the tests of a file, and the last line of a toy that nothing happened to. */
export function useWorkshop(): {
  readonly workshop: Workshop;
  readonly undisturbed: string | undefined;
} {
  const shared: { workshop?: Workshop; undisturbed?: string | undefined } = {};
  beforeAll(async () => {
    const workshop = await openWorkshop();
    shared.workshop = workshop;
    const { lines } = await workshop.run({ folder: await workshop.makeFolder() });
    shared.undisturbed = lines.at(-1);
  });
  afterAll(() => shared.workshop?.close());
  return {
    get workshop() {
      if (shared.workshop === undefined) throw new Error("the workshop opens before the tests");
      return shared.workshop;
    },
    get undisturbed() {
      return shared.undisturbed;
    },
  };
}
