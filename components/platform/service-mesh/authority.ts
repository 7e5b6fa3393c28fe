import type * as pulumi from "@pulumi/pulumi";

import type { Manifest } from "../../compile/manifest";
import type { InputProblem } from "../../intent/problem";
import { GATEWAY_API_GROUP } from "../../resources/crds";
import type { CertificateAuthorityArgs } from "../certificate-authority";
import { authorityProblems } from "../certificate-authority/problems";
import { type ControlPlaneArgs, Profile } from "../control-plane";
import type { ExternalAuthorityArgs } from "../external-authority";
import { externalAuthoritySettings } from "../external-authority/settings";
import type { GatewayArgs } from "../gateway";
import type { ZtunnelArgs } from "../ztunnel";
import type { ServiceMeshArgs } from "./args";

/** What the parts of a mesh get from the choice of who signs. */
export interface PlannedAuthority {
  /** Absent where nothing about it is registered here. */
  readonly certificateAuthority?: CertificateAuthorityArgs;
  readonly controlPlane: Pick<ControlPlaneArgs, "externalAuthority" | "authoritySecret">;
  readonly gateway: (args: GatewayFields) => Pick<GatewayArgs, "furtherTemplates">;
  readonly problems: readonly InputProblem[];
}

type GatewayFields = Pick<GatewayArgs, "furtherTemplates">;

const EXTERNAL: readonly (keyof ExternalAuthorityArgs)[] = ["istioCsr", "kubernetesSigner", "spire"];

/** Works out who signs: a secret that is written or adopted here, or another in the place of istiod. */
export function authorityOf(args: ServiceMeshArgs): PlannedAuthority {
  const nothing: PlannedAuthority = { controlPlane: {}, gateway: () => ({}), problems: [] };
  const { certificateAuthority: choice, controlPlane, namespace, profile } = args;
  if (choice === false || controlPlane?.remote !== undefined) return nothing;
  const external = externalOf(choice);
  if (external !== undefined) {
    const { template } = externalAuthoritySettings(external);
    return {
      controlPlane: { externalAuthority: external },
      gateway: ({ furtherTemplates = [] }) =>
        template === undefined || furtherTemplates.includes(template.name)
          ? {}
          : { furtherTemplates: [...furtherTemplates, template.name] },
      problems: mixedProblems(choice),
    };
  }
  const { istioCsr: _csr, kubernetesSigner: _signer, spire: _spire, ...own } = choice ?? {};
  const certificateAuthority: CertificateAuthorityArgs = {
    ...own,
    ...(namespace === undefined ? {} : { namespace }),
    trustDomain: controlPlane?.meshConfig?.trustDomain ?? "cluster.local",
    ...(profile === Profile.Ambient ? { ambient: true } : {}),
  };
  const { existing } = certificateAuthority;
  const problems = authorityProblems(certificateAuthority);
  return {
    ...nothing,
    // A secret that is left alone has nothing to register.
    ...(existing?.read === false ? {} : { certificateAuthority }),
    controlPlane:
      existing?.secretName === undefined || problems.length > 0
        ? {}
        : { authoritySecret: existing.secretName },
    problems: problems.map((problem) => ({
      ...problem,
      path: `certificateAuthority.${problem.path}`,
    })),
  };
}

function externalOf(choice: ServiceMeshArgs["certificateAuthority"]): ExternalAuthorityArgs | undefined {
  if (choice === undefined || choice === false) return undefined;
  const { istioCsr, kubernetesSigner, spire } = choice;
  const external: ExternalAuthorityArgs = {
    ...(istioCsr === undefined ? {} : { istioCsr }),
    ...(kubernetesSigner === undefined ? {} : { kubernetesSigner }),
    ...(spire === undefined ? {} : { spire }),
  };
  return Object.keys(external).length === 0 ? undefined : external;
}

/** What the types refuse already, for callers in JavaScript. */
function mixedProblems(choice: ServiceMeshArgs["certificateAuthority"]): InputProblem[] {
  return Object.entries(choice === false ? {} : (choice ?? {}))
    .filter(([way, value]) => value !== undefined && !(EXTERNAL as readonly string[]).includes(way))
    .map(([way]) => ({
      id: "platform/two-authorities",
      path: `certificateAuthority.${way}`,
      message: "is set beside an authority that signs in the place of istiod, and would sign nothing",
      got: `\`${way}\` and an authority outside of istiod`,
      expected: "one way in which identities are signed",
      fix: "Remove one of the two",
    }));
}

/** Where ztunnel gets the identities of the pods on its node, unless it is told otherwise. */
export function ztunnelAuthority(
  { certificateAuthority, controlPlane }: ServiceMeshArgs,
  ztunnel: Pick<ZtunnelArgs, "caAddress"> | undefined,
): { readonly caAddress?: pulumi.Input<string> } {
  if (ztunnel?.caAddress !== undefined || controlPlane?.remote !== undefined) return {};
  const { caAddress } = externalAuthoritySettings(externalOf(certificateAuthority));
  return caAddress === undefined ? {} : { caAddress };
}

/** Problems of the control plane's arguments that the mesh has under another name. */
export function authorityPaths(problems: readonly InputProblem[]): InputProblem[] {
  return problems.map((problem) => ({
    ...problem,
    path: problem.path
      .replace(/^externalAuthority\b/, "certificateAuthority")
      .replace(/^authoritySecret$/, "certificateAuthority.existing.secretName"),
  }));
}

/** istiod completes the pods of gateways that it makes itself by one template, which knows nothing of SPIRE. */
export function spireProblems(
  { certificateAuthority }: ServiceMeshArgs,
  manifests: readonly Manifest[],
): InputProblem[] {
  if (externalOf(certificateAuthority)?.spire === undefined) return [];
  return manifests
    .filter(({ apiVersion, kind }) => kind === "Gateway" && apiVersion.startsWith(`${GATEWAY_API_GROUP}/`))
    .map(({ metadata: { name, namespace = "" } }) => ({
      id: "platform/spire-managed-gateway",
      path: "certificateAuthority.spire",
      message: `has no way into the pods that istiod makes for Gateway ${namespace}/${name}: they would never be ready`,
      got: `Gateway ${namespace}/${name}`,
      expected: "gateways whose Deployment is registered here",
      fix: 'Set `api: "istio"` and name the gateways in `gateways`',
    }));
}
