import type * as pulumi from "@pulumi/pulumi";
import ipaddr from "ipaddr.js";

import { AddressType, type RemoteIstiodArgs } from "./args";

/** The arguments of a remote istiod with every default filled in. */
export interface RemoteIstiod {
  /** Absent where something else makes the Service. */
  readonly endpoint?: { readonly address: pulumi.Input<string>; readonly type: AddressType };
  readonly webhookUrl?: pulumi.Input<string>;
  readonly webhookCertificateAuthorityPem?: pulumi.Input<string>;
  readonly injectionPath: string;
  readonly configCluster: boolean;
}

/** The cluster that pods are injected in, as istiod is told by the path that API servers call. */
interface Place {
  readonly clusterName?: string | undefined;
  readonly network?: string | undefined;
}

/** What kind of address a text is. */
export function addressTypeOf(address: string): AddressType {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return AddressType.IPv4;
  return ipaddr.IPv6.isValid(address) ? AddressType.IPv6 : AddressType.Fqdn;
}

/** The injector's path for the pods of a cluster: names and values, one after the other. */
export function injectionPath({ clusterName, network }: Place): string {
  return [
    "/inject",
    ...(clusterName === undefined ? [] : ["cluster", clusterName]),
    ...(network === undefined ? [] : ["net", network]),
  ].join("/");
}

/** The arguments with every default filled in. They must be free of problems. */
export function remoteIstiod(args: RemoteIstiodArgs, place: Place): RemoteIstiod {
  const { address, addressType, webhookUrl, webhookCertificateAuthorityPem: authority } = args;
  const type = addressType ?? (typeof address === "string" ? addressTypeOf(address) : AddressType.Fqdn);
  return {
    ...(address === undefined ? {} : { endpoint: { address, type } }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    ...(authority === undefined ? {} : { webhookCertificateAuthorityPem: authority }),
    injectionPath: args.injectionPath ?? injectionPath(place),
    configCluster: args.configCluster ?? false,
  };
}
