import type { ResourceProvider } from "../../provider";
import { BuiltinProvider } from "../builtin";
import { certRequest } from "./cert-request";
import { getPublicKey } from "./get-public-key";
import { locallySignedCert } from "./locally-signed-cert";
import { privateKey } from "./private-key";
import { selfSignedCert } from "./self-signed-cert";

export interface TlsProviderOptions {
  /** What time it is, for validity and renewal. Default: the clock of this machine. */
  readonly clock?: () => Date;
}

/**
 * The package `tls`, with real keys and certificates: `PrivateKey`, `SelfSignedCert`, `CertRequest`, `LocallySignedCert`
 * and the function `getPublicKey`. A certificate is issued anew once its early renewal has come.
 *
 * @see https://www.pulumi.com/registry/packages/tls/
 */
export function tlsProvider({ clock = () => new Date() }: TlsProviderOptions = {}): ResourceProvider {
  return new BuiltinProvider(
    "tls",
    [privateKey, certRequest, selfSignedCert(clock), locallySignedCert(clock)],
    {
      "tls:index/getPublicKey:getPublicKey": getPublicKey,
    },
  );
}
