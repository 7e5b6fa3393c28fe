import { isHttp, isTls, parseProtocol } from "../model/protocol";
import type { Value } from "../reader";
import { isLabel, textOf, textsOf } from "./names";
import { refuse, warn, type AdmissionProblem } from "./problem";

/** `exportTo` names each namespace once, and not both everyone and somebody. */
export function* checkExportTo(list: Value, namespace: string): Iterable<AdmissionProblem> {
  const seen = new Set<string>();
  for (const [text, item] of textsOf(list)) {
    const name = text === "." ? namespace : text;
    if (seen.has(name)) yield refuse(item.path, `exportTo names ${JSON.stringify(text)} twice`);
    else if (!["*", "~"].includes(name) && !isLabel(name))
      yield refuse(item.path, `${JSON.stringify(text)} is no namespace`);
    seen.add(name);
  }
  if (list.items().length < 2) return;
  for (const all of ["*", "~"])
    if (seen.has(all)) yield refuse(list.path, `exportTo has ${all} beside other entries`);
}

/** @param labels `matchLabels`, or `labels` in the older kinds */
export function* checkSelector(selector: Value, labels: string): Iterable<AdmissionProblem> {
  if (!selector.isPresent || selector.isUnknown || selector.get(labels).isUnknown) return;
  const entries = selector.get(labels).entries();
  for (const [key, value] of entries) {
    if (key === "" || key.includes("*") || textOf(value).includes("*"))
      yield refuse(value.path, "a selector takes no wildcards and no empty keys");
  }
  if (entries.length === 0)
    yield warn(selector.path, "the selector has no labels, so it holds for everything");
}

export function* checkTargets(spec: Value): Iterable<AdmissionProblem> {
  for (const ref of [spec.get("targetRef"), ...spec.get("targetRefs").items()]) {
    if (!ref.isPresent || ref.isUnknown) continue;
    if (textOf(ref.get("name")) === "" && !ref.get("name").isUnknown)
      yield refuse(ref.path, "a target has no name");
    if (textOf(ref.get("namespace")) !== "")
      yield refuse(ref.get("namespace").path, "a target is in the policy's own namespace");
  }
}

export function* checkServerTls(tls: Value): Iterable<AdmissionProblem> {
  if (!tls.isPresent || tls.isUnknown || tls.get("mode").isUnknown) return;
  const mode = textOf(tls.get("mode")) || "PASSTHROUGH";
  const has = (field: string): boolean => tls.get(field).isPresent && tls.get(field).raw !== "";
  const lists = (field: string): boolean => tls.get(field).items().length > 0;
  const sources = [
    has("credentialName"),
    lists("credentialNames"),
    lists("tlsCertificates"),
    has("serverCertificate") && has("privateKey"),
  ].filter(Boolean).length;
  if (mode === "ISTIO_MUTUAL") {
    const certificates = ["serverCertificate", "privateKey", "caCertificates", "credentialName"].find(has);
    if (certificates !== undefined)
      yield refuse(tls.get(certificates).path, "mode ISTIO_MUTUAL takes no certificates");
    return;
  }
  if (mode.endsWith("PASSTHROUGH")) {
    if (
      tls.get("mode").isPresent &&
      (sources > 0 || ["caCertificates", "serverCertificate", "privateKey"].some(has))
    )
      yield warn(tls.path, `mode ${mode} uses no certificates`);
    if (sources > 1) yield refuse(tls.path, "the certificate has more than one source");
    return;
  }
  if (sources > 1) yield refuse(tls.path, "the certificate has more than one source");
  if (has("credentialName") || lists("credentialNames")) return;
  if (mode.includes("MUTUAL") && !has("caCertificates"))
    yield refuse(tls.path, `mode ${mode} needs caCertificates`);
  if (!lists("tlsCertificates") && !(has("serverCertificate") && has("privateKey")))
    yield refuse(
      tls.path,
      `mode ${mode} needs a certificate: credentialName, or serverCertificate and privateKey`,
    );
  if (has("caCrl") && mode === "SIMPLE")
    yield refuse(tls.get("caCrl").path, "caCrl is for client certificates, which SIMPLE does not ask for");
}

/** A port's TLS settings fit its protocol. */
export function* checkProtocolTls(protocol: Value, tls: Value): Iterable<AdmissionProblem> {
  const word = textOf(protocol);
  if (protocol.isUnknown || tls.isUnknown || parseProtocol(word) === undefined) return;
  if (isTls(word) && !tls.isPresent) yield refuse(tls.path, `protocol ${word} needs tls settings`);
  if (isTls(word) || !tls.isPresent) return;
  const mode = textOf(tls.get("mode"));
  const isBare =
    isHttp(word) && (mode === "" || mode === "PASSTHROUGH") && textOf(tls.get("serverCertificate")) === "";
  if (!isBare) yield refuse(tls.path, `protocol ${word} takes no tls settings but httpsRedirect`);
}
