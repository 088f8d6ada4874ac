import { RepriseError } from "@reprise/core";

/** The error for an installed package of tfjs that differs from what Reprise rests on. */
export function peerUnsupported(
  name: "tfjs-core" | "tfjs-layers",
  { version, missing }: { readonly version: string; readonly missing: readonly string[] },
): RepriseError {
  return new RepriseError(
    "PEER_UNSUPPORTED",
    `The installed ${name} ${version} is not what Reprise rests on: ${missing.join("; ")}. Install ` +
      `@tensorflow/tfjs 4.22, which it was tested with.`,
    { details: { missing, version } },
  );
}
