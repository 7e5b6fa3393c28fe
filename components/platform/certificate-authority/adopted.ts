import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { splitPem } from "../../../analysis/model/certificate-lifetime";
import type { InputProblem } from "../../intent/problem";
import type { Children } from "../component";
import { printed } from "../problems";
import { refuseProblems } from "../refuse-problems";
import type { ExistingAuthorityArgs } from "./args";
import { meshAuthorityProblems } from "./certificates";
import { SECRET_NAME } from "./defaults";
import type { ConstrainedMesh } from "./name-constraints";

/** What is known of an authority once its secret is there. */
export interface ProvidedAuthority {
  readonly rootCertificatePem: pulumi.Output<string>;
  readonly certificatePem: pulumi.Output<string>;
  readonly privateKeyPem: pulumi.Output<string>;
  readonly secretName: pulumi.Output<string>;
}

/** The entries that istiod reads. */
const ENTRIES = ["ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem"] as const;

/** Which entry a field of the authority is. */
const FIELDS: Readonly<Record<string, (typeof ENTRIES)[number]>> = {
  rootCertificatePem: "root-cert.pem",
  trustBundlePem: "root-cert.pem",
  certificatePem: "ca-cert.pem",
  privateKeyPem: "ca-key.pem",
};

/** Everything that is wrong with the entries of a secret, by name and in base64, as an authority of istiod. */
export async function existingAuthorityProblems(
  secretName: string,
  data: Readonly<Record<string, string>>,
  mesh: ConstrainedMesh,
  now: number,
): Promise<InputProblem[]> {
  const path = `existing.${secretName}`;
  const missing = ENTRIES.filter((entry) => (data[entry] ?? "") === "");
  if (missing.length > 0) {
    return [
      {
        id: "platform/incomplete-authority",
        path,
        message: "lacks entries that istiod needs: it would sign with an authority of its own",
        got: Object.keys(data).sort().map(printed).join(", ") || "none",
        expected: ENTRIES.map(printed).join(", "),
        fix: `Add ${missing.map(printed).join(", ")}`,
      },
    ];
  }
  const problems = await meshAuthorityProblems(decoded(data), path, mesh, now);
  return problems.map((problem) => ({
    ...problem,
    path: Object.entries(FIELDS).reduce((text, [field, entry]) => text.replace(field, entry), problem.path),
  }));
}

function decoded(data: Readonly<Record<string, string>>): {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly rootCertificatePem: string;
  readonly trustBundlePem: string;
} {
  const text = (entry: (typeof ENTRIES)[number]): string =>
    Buffer.from(data[entry] ?? "", "base64").toString("utf8");
  const trustBundlePem = text("root-cert.pem");
  const chain = splitPem(text("cert-chain.pem"));
  const [root = ""] = rootsOf(trustBundlePem, chain);
  // The chain says what stands between; some leave the authority's own certificate out of it.
  const [own = ""] = splitPem(text("ca-cert.pem"));
  return {
    certificatePem: [own, ...chain.filter((pem) => pem !== own)].join("\n"),
    privateKeyPem: text("ca-key.pem"),
    rootCertificatePem: root,
    trustBundlePem,
  };
}

/** The trusted certificates, the one that ends the chain first where it is among them. */
function rootsOf(trustBundlePem: string, chain: readonly string[]): string[] {
  const trusted = splitPem(trustBundlePem);
  return [...trusted.filter((pem) => chain.includes(pem)), ...trusted];
}

/**
 * Takes a secret that exists; nobody gets at its name before it was found good.
 *
 * @param mesh what its constraints are compared with
 * @param found is told which certificates it holds
 */
export function adoptedAuthority(
  children: Children,
  owner: string,
  namespace: string,
  mesh: ConstrainedMesh,
  { read = true, secretName = SECRET_NAME }: ExistingAuthorityArgs,
  found: (certificatesPem: readonly string[]) => void,
): ProvidedAuthority {
  const unknown = pulumi.output("");
  const noKey = pulumi.secret("");
  if (!read) {
    return {
      rootCertificatePem: unknown,
      certificatePem: unknown,
      privateKeyPem: noKey,
      secretName: pulumi.output(secretName),
    };
  }
  const secret = Secret.get(children.name("cacerts"), `${namespace}/${secretName}`, children.options());
  const checked = pulumi.secret(secret.data).apply(async (data: Record<string, string> | undefined) => {
    // Without a cluster, as in the offline engine, there is nothing to judge.
    if (data === undefined) return { certificatePem: "", trustBundlePem: "" };
    const problems = await existingAuthorityProblems(secretName, data, mesh, Date.now());
    await refuseProblems(`CertificateAuthority "${owner}"`, problems);
    const { certificatePem, trustBundlePem } = decoded(data);
    found([certificatePem, trustBundlePem]);
    return { certificatePem, trustBundlePem };
  });
  // Certificates are no secrets; the key stays where it is.
  return {
    rootCertificatePem: pulumi.unsecret(checked.trustBundlePem),
    certificatePem: pulumi.unsecret(checked.certificatePem),
    privateKeyPem: noKey,
    secretName: pulumi.unsecret(checked).apply(() => secretName),
  };
}
