import { isHost } from "../dns";
import type { TlsOriginationIntent } from "../intent";
import { show } from "../show";
import { type Read, shapes } from "./shape";

const { anyText, choice, flag, list, object, text } = shapes("intent/tls-origination");

const file = text((value) => value.startsWith("/"), "the absolute path of a file, as the proxy sees it");

const spec = object(
  {
    mode: choice("simple", "mutual"),
    sni: text(isHost, "a host name"),
    subjectAltNames: list(anyText, "the names in the server's certificate"),
    caCertificates: text(
      (value) => value === "system" || value.startsWith("/"),
      '"system" or the absolute path of a file',
    ),
    caCrl: file,
    credentialName: anyText,
    clientCertificate: file,
    privateKey: file,
    insecureSkipVerify: flag,
  },
  { mayBeEmpty: true },
  (tls, report) => {
    const { mode, credentialName, insecureSkipVerify, clientCertificate, privateKey } = tls;
    const files = ["caCertificates", "caCrl", "clientCertificate", "privateKey"] as const;
    const given = files.filter((name) => tls[name] !== undefined);
    if (credentialName !== undefined && given.length > 0) {
      report(given[0] ?? "", {
        message: "is beside credentialName, whose secret holds all certificates",
        got: `${given.join(", ")} beside credentialName ${show(credentialName)}`,
        expected: "either credentialName or files",
        fix: "keep one of the two",
      });
    }
    if (mode === "mutual" && credentialName === undefined && !(clientCertificate && privateKey)) {
      const shown = { clientCertificate, privateKey };
      report("mode", {
        message: "is mutual, but there is no certificate of the client",
        got: { value: shown },
        expected: 'clientCertificate and privateKey, or credentialName, beside mode "mutual"',
        fix: "name what is missing",
      });
    }
    if (mode !== "mutual" && (clientCertificate ?? privateKey) !== undefined) {
      report("clientCertificate", {
        message: "is shown in mutual TLS alone",
        got: `${clientCertificate === undefined ? "privateKey" : "clientCertificate"} beside mode ${show(mode ?? "simple")}`,
        expected: 'clientCertificate and privateKey beside mode "mutual"',
        fix: "change mode, or remove them",
      });
    }
    const verifies = tls.caCertificates ?? tls.subjectAltNames;
    if (
      insecureSkipVerify &&
      (verifies !== undefined || (credentialName !== undefined && mode !== "mutual"))
    ) {
      const verified = ["caCertificates", "subjectAltNames", "credentialName"] as const;
      report("insecureSkipVerify", {
        message: "contradicts what the server is verified by",
        got: `insecureSkipVerify: true beside ${verified.filter((name) => tls[name] !== undefined).join(", ")}`,
        expected: "either verification or insecureSkipVerify",
        fix: "remove insecureSkipVerify",
      });
    }
  },
);

/**
 * TLS to a host: the server is asked for by the host's name, must show it, and is verified against the authorities of
 * the proxy's image, wherever nothing else is said. Istio by itself would verify nothing.
 */
export function tlsReader(host: string): Read<TlsOriginationIntent> {
  return (reader, value, path) => {
    const before = reader.problems.length;
    const given = spec(reader, value, path);
    if (given === undefined) return undefined;
    const { mode = "simple", credentialName, insecureSkipVerify } = given;
    const own = isHost(host) ? host : undefined;
    const verify = insecureSkipVerify !== true;
    if (verify && own === undefined && given.subjectAltNames === undefined) {
      reader.report({
        id: "intent/tls-origination",
        path: `${path}.subjectAltNames`,
        message: "is missing, and a wildcard host says no name that the certificate must carry",
        got: `tls for ${host}`,
        expected: "the names in the server's certificate",
        fix: "list them",
      });
    }
    if (reader.problems.length > before) return undefined;
    return {
      ...(own !== undefined && { sni: own }),
      ...(verify && own !== undefined && { subjectAltNames: [own] }),
      ...(verify && credentialName === undefined && { caCertificates: "system" }),
      ...given,
      mode,
    };
  };
}
