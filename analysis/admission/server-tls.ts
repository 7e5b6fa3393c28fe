import { isHttp, isTls, parseProtocol } from "../model/protocol";
import type { Value } from "../reader";
import { filled, isFilled, isKnown, textOf } from "./fields";
import type { Problems } from "./problem";

const everySource = [
  "serverCertificate",
  "privateKey",
  "caCertificates",
  "tlsCertificates",
  "credentialName",
  "credentialNames",
];

/** How a server identifies itself, at a gateway or at a sidecar. */
export function checkServerTls(problems: Problems, tls: Value): void {
  if (!isKnown(tls) || tls.get("mode").isUnknown) return;
  const mode = textOf(tls.get("mode")) || "PASSTHROUGH";
  const has = (field: string): boolean => isFilled(tls.get(field));
  if (mode === "ISTIO_MUTUAL") {
    for (const field of filled(tls, everySource))
      problems.refuse(tls.get(field).path, `mode ISTIO_MUTUAL takes no ${field}`);
    return;
  }
  if (mode.endsWith("PASSTHROUGH") && filled(tls, ["caCrl", ...everySource]).length > 0)
    problems.warn(tls.path, `mode ${mode} uses no certificates`);
  const sources = filled(tls, ["credentialName", "credentialNames", "tlsCertificates"]).length;
  if (sources + (has("serverCertificate") && has("privateKey") ? 1 : 0) > 1)
    problems.refuse(tls.path, "the certificate has more than one source");
  const isChecked = ["SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"].includes(mode);
  if (isChecked && (has("credentialName") || has("credentialNames"))) return;
  if (isChecked) checkFiles(problems, tls, mode);
  if (!has("caCrl")) return;
  if (has("credentialName"))
    problems.refuse(tls.get("caCrl").path, "caCrl and credentialName exclude each other");
  if (mode === "SIMPLE")
    problems.refuse(tls.get("caCrl").path, "caCrl is for client certificates, which SIMPLE does not ask for");
}

function checkFiles(problems: Problems, tls: Value, mode: string): void {
  if (mode.includes("MUTUAL") && !isFilled(tls.get("caCertificates")))
    problems.refuse(tls.path, `mode ${mode} needs caCertificates`);
  const list = tls.get("tlsCertificates");
  if (list.items().length > 2) problems.warn(list.path, "a server has two certificates at most");
  for (const certificate of list.items().length > 0 ? list.items() : [tls]) {
    if (!certificate.isUnknown && filled(certificate, ["serverCertificate", "privateKey"]).length < 2)
      problems.refuse(
        certificate.path,
        `mode ${mode} needs a certificate: credentialName, or serverCertificate and privateKey`,
      );
  }
}

/** A port's TLS settings fit its protocol. */
export function checkProtocolTls(problems: Problems, protocol: Value, tls: Value): void {
  const word = textOf(protocol);
  if (protocol.isUnknown || tls.isUnknown || parseProtocol(word) === undefined) return;
  if (isTls(word) && !tls.isPresent) problems.refuse(tls.path, `protocol ${word} needs tls settings`);
  if (isTls(word) || !tls.isPresent || tls.get("mode").isUnknown) return;
  const isOpen = /^$|PASSTHROUGH$/.test(textOf(tls.get("mode")));
  const isBare = filled(tls, ["serverCertificate", "privateKey", "caCertificates"]).length === 0;
  if (!isHttp(word) || !isOpen || !isBare)
    problems.refuse(tls.path, `protocol ${word} takes no tls settings but httpsRedirect`);
}
