import type * as pulumi from "@pulumi/pulumi";

import { combine } from "../../combine";
import type { RemoteIstiod } from "./settings";

/** Where API servers call one of istiod's webhooks, if not by the Service. */
export function webhookAt({ webhookUrl }: RemoteIstiod, path: string): pulumi.Input<string> | undefined {
  return webhookUrl === undefined
    ? undefined
    : combine({ webhookUrl }, (known) => `${known.webhookUrl}${path}`);
}

/** The authority that API servers trust there, if it is given; as webhooks have it. */
export function caBundle({
  webhookCertificateAuthorityPem: pem,
}: RemoteIstiod): pulumi.Input<string> | undefined {
  return pem === undefined
    ? undefined
    : combine({ pem }, (known) => Buffer.from(known.pem).toString("base64"));
}
