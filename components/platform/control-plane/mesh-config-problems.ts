import { CIPHER_SUITES, WEAK_CIPHER_SUITES } from "../../intent/cipher-suites";
import type { InputProblem } from "../../intent/problem";
import { meshConfigProblems as schemaProblems, type MeshConfigArgs } from "../mesh-config";
import { countProblems, derivedProblems, inBrief, printed } from "../problems";

/** A trust domain is the host part of a SPIFFE id. */
const TRUST_DOMAIN = /^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/;

function trustDomainProblems(path: string, value: string | undefined): InputProblem[] {
  if (value === undefined || (TRUST_DOMAIN.test(value) && value.length <= 255)) return [];
  return [
    {
      id: "platform/bad-trust-domain",
      path,
      message: "is not a trust domain",
      got: printed(value),
      expected: 'a host name such as "cluster.local", without a scheme or a path',
      fix: "Use the host part of the SPIFFE id alone",
    },
  ];
}

/** What proxies speak among themselves, and what they speak to everyone else. */
const TLS_FIELDS = ["meshMTLS", "tlsDefaults"] as const;

/** Suites and curves that would weaken connections, or that have no effect. */
function tlsProblems(config: MeshConfigArgs): InputProblem[] {
  return TLS_FIELDS.flatMap((field) => {
    const { cipherSuites, ecdhCurves, minProtocolVersion } = config[field] ?? {};
    const path = `meshConfig.${field}`;
    const problems: InputProblem[] = [];
    if (minProtocolVersion === "TLSV1_3" && cipherSuites !== undefined) {
      problems.push({
        id: "platform/no-effect",
        path: `${path}.cipherSuites`,
        message: "means nothing from TLS 1.3 on, whose suites cannot be chosen",
        got: inBrief(cipherSuites),
        expected: 'no value beside `minProtocolVersion: "TLSV1_3"`',
        fix: "Remove it",
      });
    }
    if (field === "meshMTLS" && ecdhCurves !== undefined) {
      problems.push({
        id: "platform/no-effect",
        path: `${path}.ecdhCurves`,
        message: "is read by nobody: proxies choose the curves of mutual TLS themselves",
        got: inBrief(ecdhCurves),
        expected: "no value here",
        fix: "Remove it; `tlsDefaults.ecdhCurves` is for all other TLS",
      });
    }
    const suites = Array.isArray(cipherSuites) ? (cipherSuites as readonly unknown[]) : [];
    suites.forEach((suite, index) => {
      // What is known only while deploying is left to the policies.
      if (typeof suite !== "string" || (CIPHER_SUITES as readonly string[]).includes(suite)) return;
      const weak = (WEAK_CIPHER_SUITES as readonly string[]).includes(suite);
      problems.push({
        id: weak ? "platform/weak-cipher" : "platform/unknown-cipher",
        path: `${path}.cipherSuites[${index}]`,
        message: weak
          ? "protects past connections from nobody who gets the key, or is broken"
          : "is no cipher suite that Istio knows: it would be dropped without a word",
        got: printed(suite),
        expected: CIPHER_SUITES.join(", "),
        fix: weak
          ? "Remove it; a gateway whose callers cannot do better has `weakCipherSuites` for it"
          : "Correct or remove it",
      });
    });
    return problems;
  });
}

/** Mesh configuration that other objects must agree with, and therefore has its own argument. */
const DERIVED_FIELDS: Readonly<Record<string, string>> = { rootNamespace: "namespace" };

/** Objects refer to providers by name: with two of one name, nobody knows which is meant. */
function providerProblems(providers: unknown): InputProblem[] {
  if (!Array.isArray(providers)) return [];
  const names = providers.map((provider) => (provider as { name?: unknown } | null)?.name);
  return names.flatMap((name, index) => {
    const path = `meshConfig.extensionProviders[${index}].name`;
    if (name === undefined || name === "") {
      return [
        {
          id: "platform/unnamed-provider",
          path,
          message: "is missing",
          got: printed(name),
          expected: "a name that Telemetry and AuthorizationPolicy objects can refer to",
          fix: "Name the provider",
        },
      ];
    }
    if (typeof name !== "string" || names.indexOf(name) === index) return [];
    return [
      {
        id: "platform/duplicate-provider",
        path,
        message: "names a second provider of this name",
        got: printed(name),
        expected: "one provider for each name",
        fix: "Rename one of them",
      },
    ];
  });
}

/** Every problem of the argument `meshConfig`: what Istio's schema says, and what it cannot say. */
export function meshConfigProblems(config: MeshConfigArgs, istioVersion: string): InputProblem[] {
  const { concurrency } = config.defaultConfig ?? {};
  return [
    ...schemaProblems(config, "meshConfig", istioVersion),
    ...trustDomainProblems("meshConfig.trustDomain", config.trustDomain),
    ...(Array.isArray(config.trustDomainAliases) ? config.trustDomainAliases : []).flatMap((alias, index) =>
      trustDomainProblems(`meshConfig.trustDomainAliases[${index}]`, alias),
    ),
    ...(typeof concurrency === "number"
      ? countProblems("meshConfig.defaultConfig.concurrency", concurrency, 0)
      : []),
    ...providerProblems(config.extensionProviders),
    ...tlsProblems(config),
    ...derivedProblems("meshConfig", { ...config }, DERIVED_FIELDS),
  ];
}
