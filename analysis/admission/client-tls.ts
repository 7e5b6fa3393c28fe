import { UNKNOWN, type Unknown } from "../kubernetes-object";
import type { Value } from "../reader";
import { filled, isFilled, isKnown, textOf } from "./fields";
import type { Problems } from "./problem";

const CONFIG_MAP = "configmap://";

/** How a client identifies itself and its server. */
export function checkClientTls(problems: Problems, tls: Value, namespace: string | Unknown): void {
  if (!isKnown(tls)) return;
  const mode = textOf(tls.get("mode"));
  const credential = tls.get("credentialName");
  if (textOf(credential).startsWith(CONFIG_MAP)) checkConfigMap(problems, credential, namespace);
  if (tls.get("insecureSkipVerify").boolean() === true && (mode === "SIMPLE" || mode === "MUTUAL")) {
    const verifying = ["caCertificates", ...(mode === "SIMPLE" ? ["credentialName"] : [])];
    const clash = [
      ...filled(tls, verifying),
      ...(isFilled(tls.get("subjectAltNames")) ? ["subjectAltNames"] : []),
    ];
    for (const field of clash)
      problems.refuse(tls.get(field).path, `insecureSkipVerify and ${field} exclude each other`);
  }
  if (mode !== "SIMPLE" && mode !== "MUTUAL") return;
  if (isFilled(credential)) {
    for (const field of filled(tls, ["clientCertificate", "privateKey", "caCertificates", "caCrl"]))
      problems.refuse(tls.get(field).path, `credentialName and ${field} exclude each other`);
    return;
  }
  for (const field of mode === "MUTUAL" ? ["clientCertificate", "privateKey"] : [])
    if (!isFilled(tls.get(field))) problems.refuse(tls.path, `mode MUTUAL needs ${field}`);
}

/** `configmap://namespace/name`, in the namespace of who names it. */
function checkConfigMap(problems: Problems, credential: Value, own: string | Unknown): void {
  const [namespace = "", name = ""] = textOf(credential).slice(CONFIG_MAP.length).split("/");
  if (namespace === "" || name === "")
    problems.refuse(credential.path, "a ConfigMap is named by configmap://namespace/name");
  else if (own !== UNKNOWN && namespace !== own)
    problems.refuse(
      credential.path,
      `the ConfigMap is in namespace ${JSON.stringify(namespace)}, not in ${own}`,
    );
}
