import type { InputProblem } from "../../../intent/problem";
import { choiceProblems, inBrief, printed } from "../../problems";
import type { ControlPlaneArgs } from "../args";
import { AddressType, type RemoteIstiodArgs } from "./args";
import { addressTypeOf } from "./settings";

/** What an argument means where istiod runs in another cluster: as everywhere, or nothing, for the reason given. */
type Meaning = "as usual" | "with configCluster" | { readonly not: string };

const POD = { not: "istiod has no pod here" } as const;
const SET_THERE = { not: "it is set where istiod runs" } as const;

/** Every argument, so that a new one does not compile until it is known what it means to a remote cluster. */
const MEANING: { readonly [Argument in keyof ControlPlaneArgs]-?: Meaning } = {
  istioVersion: "as usual",
  // What the parts of a mesh share: the agents and gateways of this cluster follow them.
  profile: "as usual",
  hub: "as usual",
  tag: "as usual",
  variant: "as usual",
  platform: "as usual",
  namespace: "as usual",
  revision: "as usual",
  isDefault: "as usual",
  imagePullSecrets: "as usual",
  clusterName: "as usual",
  network: "as usual",
  readerServiceAccount: "as usual",
  remote: "as usual",
  source: "as usual",
  chart: "as usual",
  ipFamilyPolicy: "as usual",
  ipFamilies: "as usual",
  meshConfig: "with configCluster",
  externalAuthority: SET_THERE,
  authoritySecret: SET_THERE,
  external: { not: "an istiod that is elsewhere serves nobody from here" },
  cni: SET_THERE,
  ztunnelNamespace: SET_THERE,
  proxyResources: SET_THERE,
  injectionTemplates: SET_THERE,
  clusterDomain: SET_THERE,
  meshId: SET_THERE,
  replicas: POD,
  autoscale: POD,
  resources: POD,
  env: POD,
  unknownEnv: POD,
  traceSampling: POD,
  logLevel: POD,
  logAsJson: POD,
  networkPolicy: POD,
  priorityClassName: POD,
  nodeSelector: POD,
  affinity: POD,
  tolerations: POD,
  topologySpreadConstraints: POD,
};

/** Problems of a control plane whose istiod runs in another cluster. */
export function remoteProblems(args: ControlPlaneArgs): InputProblem[] {
  const { remote } = args;
  if (remote === undefined) return [];
  return [
    ...meaninglessProblems(args, remote),
    ...addressProblems(remote),
    ...webhookProblems(remote),
    ...placeProblems(args, remote),
  ];
}

function meaninglessProblems(args: ControlPlaneArgs, remote: RemoteIstiodArgs): InputProblem[] {
  return Object.entries(MEANING).flatMap(([argument, meaning]: [string, Meaning]) => {
    if (args[argument as keyof ControlPlaneArgs] === undefined || meaning === "as usual") return [];
    if (meaning === "with configCluster" && remote.configCluster === true) return [];
    const reason =
      typeof meaning === "object"
        ? meaning.not
        : "istiod reads it only from the cluster of its configuration";
    return [
      {
        id: "platform/not-in-remote-cluster",
        path: argument,
        message: `means nothing beside \`remote\`: ${reason}`,
        got: inBrief(args[argument as keyof ControlPlaneArgs]),
        expected: "no value here",
        fix: reason === SET_THERE.not ? "Set it on the control plane of that cluster" : "Remove it",
      },
    ];
  });
}

function addressProblems({ address, addressType }: RemoteIstiodArgs): InputProblem[] {
  const problems = choiceProblems("remote.addressType", addressType, Object.values(AddressType));
  if (address === undefined) {
    return addressType === undefined
      ? problems
      : [
          ...problems,
          {
            id: "platform/address-type-unused",
            path: "remote.addressType",
            message: "says what kind of address istiod has, and there is none",
            got: printed(addressType),
            expected: "an `address` beside it",
            fix: "Set `remote.address`, or remove it",
          },
        ];
  }
  if (typeof address !== "string") {
    return addressType === undefined
      ? [
          {
            id: "platform/unknown-address-type",
            path: "remote.addressType",
            message: "is missing, and the address is known only later: an IP address takes one more object",
            got: "nothing",
            expected: Object.values(AddressType).map(printed).join(", "),
            fix: "Say which of these it will be",
          },
        ]
      : problems;
  }
  const looks = addressTypeOf(address);
  if (addressType !== undefined && addressType !== looks && problems.length === 0) {
    problems.push({
      id: "platform/wrong-address-type",
      path: "remote.addressType",
      message: `is not what ${printed(address)} is`,
      got: printed(addressType),
      expected: printed(looks),
      fix: "Correct one of the two",
    });
  }
  if (looks === AddressType.Fqdn && !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/i.test(address)) {
    problems.push({
      id: "platform/bad-address",
      path: "remote.address",
      message: "is neither an IP address nor a host name",
      got: printed(address),
      expected: "the address alone, without a scheme, a port or a path",
      fix: "Correct it; a URL belongs into `remote.webhookUrl`",
    });
  }
  return problems;
}

function webhookProblems({
  webhookUrl,
  webhookCertificateAuthorityPem: pem,
  injectionPath,
}: RemoteIstiodArgs): InputProblem[] {
  const problems: InputProblem[] = [];
  if (typeof webhookUrl === "string" && !/^https:\/\/[^\s/?#@]+$/.test(webhookUrl)) {
    problems.push({
      id: "platform/bad-webhook-url",
      path: "remote.webhookUrl",
      message: "is not an address that API servers may call webhooks at",
      got: printed(webhookUrl),
      expected: 'scheme, host and port alone, such as "https://istiod.example.com:15017"',
      fix: "Correct it; the path is `remote.injectionPath`",
    });
  }
  if (typeof pem === "string" && !pem.includes("-----BEGIN CERTIFICATE-----")) {
    problems.push({
      id: "platform/bad-certificate",
      path: "remote.webhookCertificateAuthorityPem",
      message: "is not a certificate in PEM",
      got: "another text",
      expected: 'a text that begins with "-----BEGIN CERTIFICATE-----"',
      fix: "Give the certificate of the authority, without its key",
    });
  }
  if (injectionPath !== undefined && !/^\/inject(\/[^/\s]+\/[^/\s]+)*$/.test(injectionPath)) {
    problems.push({
      id: "platform/bad-injection-path",
      path: "remote.injectionPath",
      message: "is not a path that istiod injects at",
      got: printed(injectionPath),
      expected: '"/inject", with pairs of a name and a value behind it: "/inject/cluster/west/net/net-west"',
      fix: "Correct it, or leave it to `clusterName` and `network`",
    });
  }
  return problems;
}

function placeProblems(
  { clusterName, network }: ControlPlaneArgs,
  { injectionPath }: RemoteIstiodArgs,
): InputProblem[] {
  if (injectionPath === undefined) {
    return clusterName === undefined
      ? [
          {
            id: "platform/unnamed-remote-cluster",
            path: "clusterName",
            message: "is missing: proxies would say that they run in istiod's own cluster",
            got: "nothing",
            expected: "the name by which istiod knows this cluster, that of its remote secret",
            fix: "Name the cluster",
          },
        ]
      : [];
  }
  return Object.entries({ clusterName, network }).flatMap(([argument, value]) =>
    value === undefined
      ? []
      : [
          {
            id: "platform/two-places",
            path: argument,
            message: "is set beside `remote.injectionPath`, which says the same to istiod",
            got: printed(value),
            expected: "one of the two",
            fix: "Remove `remote.injectionPath`",
          },
        ],
  );
}
