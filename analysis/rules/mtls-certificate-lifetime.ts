import { UNKNOWN } from "../kubernetes-object";
import type { MeshModel } from "../model";
import { certificateEntries, type CertificateEntry, daysBetween } from "../model/certificate-lifetime";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import type { Rule, Verdict } from "../rule";

/** How long before its end a certificate is spoken of, in days. */
export interface CertificateLifetimeOptions {
  /** Of certificates of servers. */
  readonly warnDays: number;
  /** Of authorities below a root. */
  readonly authorityWarnDays: number;
  /** Of roots, whose replacement takes several deployments to every cluster. */
  readonly rootWarnDays: number;
}

export const mtlsCertificateLifetime: Rule<CertificateLifetimeOptions> = {
  id: "mtls-certificate-lifetime",
  group: "mtls",
  title: "Certificates do not end unnoticed",
  description:
    "A certificate in a Secret, in a ConfigMap of the mesh or in the mesh configuration has ended, or ends soon: from that day on, whoever is asked to trust it, or anything below it, refuses.",
  severity: "critical",
  level: "mandatory",
  scope: "resource",
  anchors: [],
  tags: ["zero-trust"],
  fix: "Renew the certificate where it is issued, and deploy it; a root is replaced in steps",
  steps: [
    "Renew a server's certificate, or an authority below a root, where it is issued, and deploy it",
    "Replace a root in steps: trust the new one beside the old, issue the authorities anew, then drop the old one",
  ],
  docs: "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
  options: {
    warnDays: {
      type: "integer",
      description: "Days before the end of a server's certificate from which on it is reported.",
      minimum: 0,
      default: 21,
    },
    authorityWarnDays: {
      type: "integer",
      description: "The same of an authority below a root.",
      minimum: 0,
      default: 45,
    },
    rootWarnDays: {
      type: "integer",
      description: "The same of a root, whose replacement takes several deployments.",
      minimum: 0,
      default: 180,
    },
  },
  *check(model, options) {
    for (const kind of [kinds.secret, kinds.configMap]) {
      for (const object of model.ofKind(kind)) {
        for (const entry of certificateEntries(object)) yield* judge(model, object, entry, options);
      }
    }
  },
};

function* judge(
  model: MeshModel,
  object: MeshObject,
  { path, certificates }: CertificateEntry,
  options: CertificateLifetimeOptions,
): Iterable<Verdict> {
  if (certificates === UNKNOWN) {
    yield object.wait(path);
    return;
  }
  for (const { role, name, end } of certificates) {
    const left = daysBetween(model.today, end);
    const warning = {
      server: options.warnDays,
      authority: options.authorityWarnDays,
      root: options.rootWarnDays,
    }[role];
    const who = `${NOUN[role]} ${JSON.stringify(name)}`;
    if (left < 0) yield object.report(path, `the ${who} ended on ${end}`);
    else if (left <= warning)
      yield object.report(path, `the ${who} ends on ${end}, in ${left} ${left === 1 ? "day" : "days"}`, {
        // A deployment that brings the new one must not be stopped by the old one.
        level: "advisory",
      });
  }
}

const NOUN = { server: "certificate", authority: "authority", root: "root" } as const;
