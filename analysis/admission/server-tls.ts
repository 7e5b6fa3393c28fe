import { isHttp, isTls, parseProtocol } from "../model/protocol";
import type { Value } from "../reader";
import { filled, isFilled, isKnown, textOf } from "./fields";
import { refuse, warn, type AdmissionProblem } from "./problem";

const everySource = [
  "serverCertificate",
  "privateKey",
  "caCertificates",
  "tlsCertificates",
  "credentialName",
  "credentialNames",
];

/** How a server identifies itself, at a gateway or at a sidecar. */
export function* checkServerTls(tls: Value): Iterable<AdmissionProblem> {
  if (!isKnown(tls) || tls.get("mode").isUnknown) return;
  const mode = textOf(tls.get("mode")) || "PASSTHROUGH";
  const has = (field: string): boolean => isFilled(tls.get(field));
  if (mode === "ISTIO_MUTUAL") {
    for (const field of filled(tls, everySource))
      yield refuse(tls.get(field).path, `mode ISTIO_MUTUAL takes no ${field}`);
    return;
  }
  if (mode.endsWith("PASSTHROUGH") && filled(tls, ["caCrl", ...everySource]).length > 0)
    yield warn(tls.path, `mode ${mode} uses no certificates`);
  const sources = filled(tls, ["credentialName", "credentialNames", "tlsCertificates"]).length;
  if (sources + (has("serverCertificate") && has("privateKey") ? 1 : 0) > 1)
    yield refuse(tls.path, "the certificate has more than one source");
  const isChecked = ["SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"].includes(mode);
  if (isChecked && (has("credentialName") || has("credentialNames"))) return;
  if (isChecked) yield* checkFiles(tls, mode);
  if (!has("caCrl")) return;
  if (has("credentialName"))
    yield refuse(tls.get("caCrl").path, "caCrl and credentialName exclude each other");
  if (mode === "SIMPLE")
    yield refuse(tls.get("caCrl").path, "caCrl is for client certificates, which SIMPLE does not ask for");
}

function* checkFiles(tls: Value, mode: string): Iterable<AdmissionProblem> {
  if (mode.includes("MUTUAL") && !isFilled(tls.get("caCertificates")))
    yield refuse(tls.path, `mode ${mode} needs caCertificates`);
  const list = tls.get("tlsCertificates");
  if (list.items().length > 2) yield warn(list.path, "a server has two certificates at most");
  for (const certificate of list.items().length > 0 ? list.items() : [tls]) {
    if (!certificate.isUnknown && filled(certificate, ["serverCertificate", "privateKey"]).length < 2)
      yield refuse(
        certificate.path,
        `mode ${mode} needs a certificate: credentialName, or serverCertificate and privateKey`,
      );
  }
}

/** A port's TLS settings fit its protocol. */
export function* checkProtocolTls(protocol: Value, tls: Value): Iterable<AdmissionProblem> {
  const word = textOf(protocol);
  if (protocol.isUnknown || tls.isUnknown || parseProtocol(word) === undefined) return;
  if (isTls(word) && !tls.isPresent) yield refuse(tls.path, `protocol ${word} needs tls settings`);
  if (isTls(word) || !tls.isPresent || tls.get("mode").isUnknown) return;
  const isOpen = /^$|PASSTHROUGH$/.test(textOf(tls.get("mode")));
  const isBare = filled(tls, ["serverCertificate", "privateKey", "caCertificates"]).length === 0;
  if (!isHttp(word) || !isOpen || !isBare)
    yield refuse(tls.path, `protocol ${word} takes no tls settings but httpsRedirect`);
}
