import { isRepriseError } from "@reprise/core";
import { assertSameBits } from "../contract/assert.ts";
import { outcomeOf } from "../contract/outcome.ts";
import { type AwkwardKind, awkwardNumbers, fillAwkwardly } from "./awkward-numbers.ts";
import { bitsOf, resume, savedIn } from "./checkpoint.ts";
import { plant } from "./owners.ts";
import { savedAt, settled, type StateKit, type StatePromises } from "./promise-kit.ts";

/** What a training state promises about numbers that few programs think of. */
export const awkwardPromises: StatePromises = {
  "NaN payloads, −0, subnormals and infinities come back as they are": (kit) =>
    showKept("floats", kit),

  // An integer may be the state of a generator that takes not every number: to refuse is no loss.
  "integers beyond 2^53 come back as they are, or are refused": (kit) => showKept("integers", kit),
};

async function showKept(kind: AwkwardKind, kit: StateKit): Promise<void> {
  const { state: live } = await kit.make();
  const [born, store] = [await bitsOf(live), await savedAt(3, kit)];
  for (let shift = 0; shift < awkwardNumbers[kind]; shift += 1) {
    const data = await savedIn(store);
    if (fillAwkwardly(data, kind, shift) === 0) return;
    const planted = await plant(data, { live, born, open: kit.open });
    const later = await kit.make();
    const outcome = await outcomeOf(resume(later.state, planted));
    if ("error" in outcome) {
      if (kind === "integers" && isRepriseError(outcome.error, "LOAD_FAILED")) continue;
      throw outcome.error;
    }
    await settled();
    assertSameBits(await bitsOf(later.state), await savedIn(planted), "the state");
  }
}
