import type { Manifest } from "../../compile/manifest";
import type { InputProblem } from "../../intent/problem";
import type { NameConstraintsArgs } from "../certificate-authority";
import { permitsHost } from "../certificate-authority/name-constraints";
import type { GatewayArgs } from "../gateway";
import { gatewayProblems, gatewaySettings } from "../gateway/settings";
import type { GatewayCertificateArgs } from "../gateway-certificate";
import { lifetimeOf } from "../gateway-certificate/defaults";
import { isCertified } from "../gateway-certificate/hosts";
import { gatewayCertificateProblems } from "../gateway-certificate/problems";
import { choiceProblems, printed } from "../problems";
import { CredentialSource, type CredentialArgs } from "./credential-args";
import { type CredentialUse, credentialUses } from "./credential-uses";

/** A certificate to make; without `authority` and `issuer` it is below the mesh's own authority. */
export type PlannedCredential = GatewayCertificateArgs;

/** What credentials are planned from. */
export interface CredentialContext {
  readonly credentials: Readonly<Record<string, CredentialArgs>> | undefined;
  readonly manifests: readonly Manifest[];
  readonly gateways: ReadonlyMap<string, GatewayArgs>;
  readonly rootNamespace: string;
  /** Namespaces that the mesh declares. */
  readonly declared: ReadonlySet<string>;
  /** Days that the mesh's own authority lives; absent where the mesh makes none. */
  readonly authorityDays: number | undefined;
  /** Names that it may sign for, where it is constrained. */
  readonly authorityConstraints: NameConstraintsArgs | undefined;
}

/**
 * Works out the certificates of the gateways: for which hosts, and in which namespace, the gateways say by using them.
 *
 * @param problems receives everything that is wrong
 */
export function planCredentials(context: CredentialContext, problems: InputProblem[]): PlannedCredential[] {
  const { credentials, manifests, gateways } = context;
  if (credentials === undefined) return [];
  const uses = credentialUses(manifests, proxiesOf(gateways));
  problems.push(...undeclaredProblems(uses, credentials));
  return Object.entries(credentials).flatMap(([name, credential]) => {
    const mine = uses.filter((use) => use.credentialName === name);
    problems.push(...namespaceProblems(name, credential, mine, context));
    problems.push(...mutualProblems(name, credential, mine, credentials));
    if (credential.hosts !== undefined) problems.push(...coverageProblems(name, credential.hosts, mine));
    problems.push(
      ...choiceProblems(`credentials.${name}.from`, credential.from, Object.values(CredentialSource)),
    );
    if (credential.from === CredentialSource.Existing) return [];
    const { from, ...given } = credential;
    const planned: PlannedCredential = {
      ...given,
      credentialName: name,
      hosts: credential.hosts === undefined ? servedHosts(mine) : [...credential.hosts],
      namespace: credential.namespace ?? mine[0]?.namespace ?? context.rootNamespace,
    };
    problems.push(...certificateProblems(name, from, planned, context));
    return [planned];
  });
}

/** The hosts that gateways serve with it; the star of a gateway that answers for every name can be certified by none. */
function servedHosts(uses: readonly CredentialUse[]): string[] {
  return [...new Set(uses.flatMap(({ hosts }) => hosts))].filter((host) => host !== "*").sort();
}

/** Labels and namespaces of the mesh's own proxies: Gateway objects of Istio choose them by label, wherever they are. */
function proxiesOf(
  gateways: ReadonlyMap<string, GatewayArgs>,
): { readonly labels: Readonly<Record<string, string>>; readonly namespace: string }[] {
  return [...gateways.values()]
    .filter((gateway) => gatewayProblems(gateway).length === 0)
    .map((gateway) => {
      const { labels, selector, namespace } = gatewaySettings(gateway);
      return { labels: { ...labels, ...selector }, namespace };
    });
}

function certificateProblems(
  name: string,
  from: CredentialSource,
  planned: PlannedCredential,
  { authorityDays, authorityConstraints = {} }: CredentialContext,
): InputProblem[] {
  const path = `credentials.${name}`;
  const { authority, issuer } = planned;
  const bySelf = from === CredentialSource.Authority && authority === undefined && issuer === undefined;
  if (bySelf && authorityDays === undefined) {
    return [
      {
        id: "platform/no-authority",
        path: `${path}.from`,
        message: "asks for the mesh's own authority, and this mesh makes none",
        got: printed(CredentialSource.Authority),
        expected: '`authority` beside it, "cert-manager" or "existing"',
        fix: "Hand over an authority as `authority`, or remove `certificateAuthority: false`",
      },
    ];
  }
  // The mesh's own authority is handed over when it is there.
  const problems = gatewayCertificateProblems(planned)
    .filter(({ id }) => !(bySelf && id === "platform/one-signer"))
    .map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
  const { validityDays } = lifetimeOf(planned);
  if (bySelf && authorityDays !== undefined && validityDays > authorityDays) {
    problems.push({
      id: "platform/outlives-authority",
      path: `${path}.validityDays`,
      message: "is longer than the life of the authority: callers would refuse the certificate from then on",
      got: printed(validityDays),
      expected: `at most ${authorityDays}`,
      fix: "Lower it, or raise `certificateAuthority.newIntermediate.validityDays`",
    });
  }
  const beyond = bySelf ? planned.hosts.filter((host) => !permitsHost(authorityConstraints, host)) : [];
  if (beyond.length > 0) {
    problems.push({
      id: "platform/host-not-permitted",
      path: `${path}.hosts`,
      message: "is not for the mesh's own authority to sign: callers would refuse the certificate",
      got: beyond.map(printed).join(", "),
      expected: "hosts that `certificateAuthority.newIntermediate.nameConstraints` permits",
      fix: "Permit them there, or hand over another `authority`",
    });
  }
  return problems;
}

function coverageProblems(
  name: string,
  hosts: readonly string[],
  uses: readonly CredentialUse[],
): InputProblem[] {
  return uses.flatMap(({ gateway, hosts: served }) => {
    const missing = [...new Set(served)].filter((host) => host !== "*" && !isCertified(host, hosts));
    if (missing.length === 0) return [];
    return [
      {
        id: "platform/host-not-certified",
        path: `credentials.${name}.hosts`,
        message: `${missing.map(printed).join(", ")} of ${gateway}: callers would refuse the certificate, which is not for ${missing.length === 1 ? "this host" : "these hosts"}`,
        got: hosts.map(printed).join(", "),
        expected: "every host that gateways serve with it; a star stands for one label",
        fix: `Add ${missing.length === 1 ? "it" : "them"} to \`hosts\`, or name another credential in the gateway`,
      },
    ];
  });
}

function undeclaredProblems(
  uses: readonly CredentialUse[],
  credentials: Readonly<Record<string, CredentialArgs>>,
): InputProblem[] {
  const unknown = new Map(
    uses
      .filter(({ credentialName }) => !Object.hasOwn(credentials, credentialName))
      .map((use) => [use.credentialName, use]),
  );
  return [...unknown.values()].map(({ credentialName, gateway }) => ({
    id: "platform/unknown-credential",
    path: "credentials",
    message: `has no ${printed(credentialName)}, which ${gateway} answers with`,
    got: Object.keys(credentials).map(printed).join(", ") || "none",
    expected: `an entry ${printed(credentialName)}`,
    fix: `Add it; \`{ from: "existing" }\` where the secret is made elsewhere`,
  }));
}

function namespaceProblems(
  name: string,
  credential: CredentialArgs,
  uses: readonly CredentialUse[],
  { declared }: CredentialContext,
): InputProblem[] {
  const { namespace } = credential;
  const wanted = [...new Set(uses.map((use) => use.namespace))];
  const problems: InputProblem[] = [];
  if (wanted.length > 1) {
    problems.push({
      id: "platform/credential-in-two-namespaces",
      path: `credentials.${name}`,
      message: "is used by gateways of several namespaces, and each finds secrets in its own alone",
      got: wanted.map(printed).join(", "),
      expected: "one namespace",
      fix: "Give the gateways of each namespace a credential of their own name",
    });
  } else if (namespace !== undefined && wanted.length === 1 && wanted[0] !== namespace) {
    problems.push({
      id: "platform/credential-namespace",
      path: `credentials.${name}.namespace`,
      message: `is not where the pods of ${uses[0]?.gateway ?? "the gateway"} are: they would not find it`,
      got: printed(namespace),
      expected: printed(wanted[0]),
      fix: "Remove the argument, or name that namespace",
    });
  } else if (
    namespace !== undefined &&
    credential.from !== CredentialSource.Existing &&
    !declared.has(namespace)
  ) {
    problems.push({
      id: "platform/undeclared-namespace",
      path: `credentials.${name}.namespace`,
      message: "is not a namespace that the mesh declares",
      got: printed(namespace),
      expected: [...declared].map(printed).join(", "),
      fix: "Add it to `namespaces`",
    });
  }
  return problems;
}

/** A gateway that asks callers for a certificate refuses all of them as long as nothing says which ones are good. */
function mutualProblems(
  name: string,
  credential: CredentialArgs,
  uses: readonly CredentialUse[],
  credentials: Readonly<Record<string, CredentialArgs>>,
): InputProblem[] {
  if (credential.from !== CredentialSource.Authority) return [];
  if (credential.clientCertificateAuthorityPem !== undefined) return [];
  if (Object.hasOwn(credentials, `${name}-cacert`)) return [];
  return uses
    .filter(({ asksForCertificate }) => asksForCertificate)
    .map(({ gateway }) => ({
      id: "platform/no-client-authority",
      path: `credentials.${name}.clientCertificateAuthorityPem`,
      message: `is missing, and ${gateway} asks callers for a certificate`,
      got: "no value",
      expected: "the certificate below which those of callers are, PEM",
      fix: `Set it, declare \`${name}-cacert\` as an existing secret with \`ca.crt\`, or set the gateway's mode to "simple"`,
    }));
}
