import { RepriseError } from "@reprise/core";

/** The error for a part of a state that cannot be saved and brought back exactly. */
export function unsavable(path: string, found: string, cure: string): RepriseError {
  return new RepriseError("UNSUPPORTED_STATE", `${path} cannot be saved: ${found}. ${cure}`, {
    details: { path },
  });
}
