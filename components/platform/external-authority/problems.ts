import type { InputProblem } from "../../intent/problem";
import type { ControlPlaneArgs } from "../control-plane/args";
import { printed } from "../problems";
import type { ExternalAuthorityArgs } from "./args";

const WAYS: readonly (keyof ExternalAuthorityArgs)[] = ["istioCsr", "kubernetesSigner", "spire"];

/** The folder and the name of a signer, which Kubernetes wants both. */
const SIGNER =
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\.[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/;
const ADDRESS = /^[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i;
const DRIVER = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** The name under which Istio's agent listens itself. */
const AGENT_SOCKET = "socket";

/** Every problem of an authority outside of istiod by itself, none when it is fine. */
export function externalAuthorityProblems(
  path: string,
  authority: ExternalAuthorityArgs | undefined,
): InputProblem[] {
  if (authority === undefined) return [];
  const chosen = WAYS.filter((way) => authority[way] !== undefined);
  if (chosen.length !== 1) {
    return [
      {
        id: "platform/one-authority",
        path,
        message: "does not name the one authority that signs identities",
        got: chosen.map(printed).join(", ") || "none",
        expected: `one of ${WAYS.map(printed).join(", ")}`,
        fix: "Name exactly one",
      },
    ];
  }
  const { istioCsr, kubernetesSigner, spire } = authority;
  return [
    ...(istioCsr === undefined ? [] : addressProblems(`${path}.istioCsr.address`, istioCsr.address)),
    ...(kubernetesSigner === undefined
      ? []
      : [
          ...signerProblems(`${path}.kubernetesSigner.signer`, kubernetesSigner.signer),
          ...pemProblems(`${path}.kubernetesSigner.rootCertificatePem`, kubernetesSigner.rootCertificatePem),
        ]),
    ...(spire === undefined
      ? []
      : [
          ...socketProblems(`${path}.spire.socketFile`, spire.socketFile),
          ...driverProblems(`${path}.spire.csiDriver`, spire.csiDriver),
        ]),
  ];
}

/** The same with what else the control plane is asked for. */
export function externalAuthorityCombinationProblems(args: ControlPlaneArgs): InputProblem[] {
  const { externalAuthority: authority, external, authoritySecret, profile } = args;
  if (authority === undefined) return [];
  const problems: InputProblem[] = [];
  if (external !== undefined) {
    problems.push({
      id: "platform/authority-of-one-cluster",
      path: "externalAuthority",
      message: "signs for this cluster alone, and this istiod signs for others too",
      got: "both",
      expected: "no value beside `external`",
      fix: "Give istiod an intermediate with `CertificateAuthority`, or give each cluster a control plane of its own",
    });
  }
  if (authoritySecret !== undefined && authority.spire === undefined) {
    problems.push({
      id: "platform/two-authorities",
      path: "authoritySecret",
      message: "holds a key that istiod would not sign with",
      got: printed(authoritySecret),
      expected: "no value beside `externalAuthority`",
      fix: "Remove one of the two",
    });
  }
  if (authority.spire === undefined) return problems;
  if (args.meshConfig?.trustDomain === undefined) {
    problems.push({
      id: "platform/trust-domain-of-spire",
      path: "meshConfig.trustDomain",
      message:
        "is missing: SPIRE's identities would be of another domain, and every policy would refuse them",
      got: "nothing",
      expected: "the trust domain of the SPIRE server",
      fix: 'Add `meshConfig: { trustDomain: "…" }`',
    });
  }
  if (profile === "ambient") {
    problems.push({
      id: "platform/spire-without-sidecar",
      path: "externalAuthority.spire",
      message:
        "hands identities to the proxy of each pod, and ztunnel asks for those of all pods of its node",
      got: `profile ${printed(profile)}`,
      expected: "a profile with sidecars",
      fix: "Use `istioCsr` or `kubernetesSigner`, which sign for ztunnel too",
    });
  }
  return problems;
}

function addressProblems(path: string, address: unknown): InputProblem[] {
  if (typeof address !== "string" || ADDRESS.test(address)) return [];
  return [
    {
      id: "platform/bad-address",
      path,
      message: "is not a host and a port",
      got: printed(address),
      expected: 'a text such as "cert-manager-istio-csr.cert-manager.svc:443"',
      fix: "Correct it",
    },
  ];
}

function signerProblems(path: string, signer: string): InputProblem[] {
  if (!SIGNER.test(signer)) {
    return [
      {
        id: "platform/bad-signer",
        path,
        message: "is not the name of a signer",
        got: printed(signer),
        expected: 'a domain and a name, such as "clusterissuers.cert-manager.io/mesh"',
        fix: "Give both",
      },
    ];
  }
  if (!signer.startsWith("kubernetes.io/")) return [];
  return [
    {
      id: "platform/kubernetes-own-signer",
      path,
      message: "signs for clients and nodes of the cluster, not identities of workloads",
      got: printed(signer),
      expected: "a signer that issues certificates for servers and clients, with SPIFFE ids as names",
      fix: "Install one, for example cert-manager with its CertificateSigningRequest controllers",
    },
  ];
}

function pemProblems(path: string, pem: unknown): InputProblem[] {
  if (typeof pem !== "string" || pem.includes("-----BEGIN CERTIFICATE-----")) return [];
  return [
    {
      id: "platform/bad-pem",
      path,
      message: "holds no certificate",
      got: "another text",
      expected: "one or more certificates as PEM",
      fix: "Hand over the text as the authority wrote it",
    },
  ];
}

function socketProblems(path: string, socketFile: string | undefined): InputProblem[] {
  if (socketFile === undefined || (/^[^\s/]+$/.test(socketFile) && socketFile !== AGENT_SOCKET)) return [];
  const own = socketFile === AGENT_SOCKET;
  return [
    {
      id: own ? "platform/socket-falls-back" : "platform/bad-socket",
      path,
      message: own
        ? "is what Istio's agent calls its own: where SPIRE is missing, proxies would take identities of istiod's"
        : "is not the name of a file",
      got: printed(socketFile),
      expected: 'a name without a folder, such as "spire-agent.sock"',
      fix: own ? "Let the SPIRE agent listen under another name" : "Give the name alone",
    },
  ];
}

function driverProblems(path: string, driver: string | undefined): InputProblem[] {
  if (driver === undefined || DRIVER.test(driver)) return [];
  return [
    {
      id: "platform/bad-name",
      path,
      message: "is not the name of a CSI driver",
      got: printed(driver),
      expected: 'a text such as "csi.spiffe.io"',
      fix: "Correct it",
    },
  ];
}
