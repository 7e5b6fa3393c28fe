import { CIPHER_SUITES, WEAK_CIPHER_SUITES } from "../cipher-suites";
import { isDnsSubdomain } from "../dns";
import type { GatewayTlsIntent } from "../intent";
import { isDay, isReason } from "./exception";
import { at, type Reader } from "./reader";

const ID = "intent/gateway-tls";
const SPKI = /^[A-Za-z0-9+/]{43}=$/;
const HASH = /^([0-9a-f]{64}|[0-9a-f]{2}(:[0-9a-f]{2}){31})$/i;

/** The TLS that callers of a gateway meet; `undefined` where something is wrong with it. */
export function readGatewayTls(reader: Reader, value: unknown, path: string): GatewayTlsIntent | undefined {
  const before = reader.problems.length;
  const fields = reader.fields(value, ID, path, [
    "credentialName",
    "mode",
    "minProtocolVersion",
    "cipherSuites",
    "weakCipherSuites",
    "subjectAltNames",
    "verifyCertificateSpki",
    "verifyCertificateHash",
  ]);
  if (fields === undefined) return undefined;
  const credentialName = reader.text(
    fields.get("credentialName"),
    ID,
    `${path}.credentialName`,
    isDnsSubdomain,
    "the name of a secret in the gateway's namespace",
  );
  const modes = ["simple", "mutual", "optional-mutual"] as const;
  const mode = reader.choice(fields.get("mode"), ID, `${path}.mode`, modes, "simple");
  const versions = ["TLSV1_2", "TLSV1_3"] as const;
  const minProtocolVersion = reader.choice(
    fields.get("minProtocolVersion"),
    ID,
    `${path}.minProtocolVersion`,
    versions,
    "TLSV1_2",
  );
  const texts = (name: string, test: (text: string) => boolean, expected: string): readonly string[] =>
    readTexts(reader, fields.get(name), `${path}.${name}`, test, expected);
  const suites = readSuites(reader, fields.get("cipherSuites"), `${path}.cipherSuites`);
  const weak = readWeak(reader, fields.get("weakCipherSuites"), `${path}.weakCipherSuites`);
  for (const name of ["cipherSuites", "weakCipherSuites"]) {
    if (minProtocolVersion !== "TLSV1_3" || fields.get(name) === undefined) continue;
    reader.report({
      id: ID,
      path: `${path}.${name}`,
      message: "means nothing from TLS 1.3 on, whose suites cannot be chosen",
      got: `${name} beside minProtocolVersion "TLSV1_3"`,
      expected: `${name} beside minProtocolVersion "TLSV1_2"`,
      fix: "remove it",
    });
  }
  for (const name of ["subjectAltNames", "verifyCertificateSpki", "verifyCertificateHash"]) {
    if (mode !== "simple" || fields.get(name) === undefined) continue;
    reader.report({
      id: ID,
      path: `${path}.${name}`,
      message: "is about certificates of callers, who are not asked for one",
      got: `${name} beside mode "simple"`,
      expected: `${name} beside mode "mutual" or "optional-mutual"`,
      fix: 'set mode: "mutual", or remove it',
    });
  }
  const client = {
    subjectAltNames: texts(
      "subjectAltNames",
      (text) => /^\S+$/.test(text),
      "a name such as partner.example.com",
    ),
    verifyCertificateSpki: texts("verifyCertificateSpki", (text) => SPKI.test(text), "a SHA-256 in base64"),
    verifyCertificateHash: texts("verifyCertificateHash", (text) => HASH.test(text), "a SHA-256 in hex"),
  };
  if (reader.problems.length > before) return undefined;
  if (credentialName === undefined || mode === undefined || minProtocolVersion === undefined)
    return undefined;
  const cipherSuites = [...suites, ...(weak?.suites ?? [])];
  return {
    credentialName,
    mode,
    minProtocolVersion,
    ...(cipherSuites.length > 0 && { cipherSuites }),
    ...(weak && { exception: { reason: weak.reason, until: weak.until } }),
    ...Object.fromEntries(Object.entries(client).filter(([, list]) => list.length > 0)),
  };
}

function readTexts(
  reader: Reader,
  value: unknown,
  path: string,
  test: (text: string) => boolean,
  expected: string,
): readonly string[] {
  if (value === undefined) return [];
  const list = reader.list(value, ID, path, "a list of texts") ?? [];
  return list.flatMap((each, index) => reader.text(each, ID, at(path, index), test, expected) ?? []);
}

function readSuites(reader: Reader, value: unknown, path: string): readonly string[] {
  if (value === undefined) return [];
  const list = reader.list(value, ID, path, 'cipher suites such as ["ECDHE-RSA-AES256-GCM-SHA384"]') ?? [];
  return once(
    reader,
    path,
    list.flatMap((each, index) => {
      const here = at(path, index);
      if ((WEAK_CIPHER_SUITES as readonly unknown[]).includes(each)) {
        reader.report({
          id: "intent/weak-cipher",
          path: here,
          message: "protects past connections from nobody who gets the key, or is broken",
          got: { value: each },
          expected: `one of ${CIPHER_SUITES.join(", ")}`,
          fix: "remove it; where a caller cannot do better, name it in weakCipherSuites with a reason and an end",
        });
        return [];
      }
      return reader.choice(each, ID, here, CIPHER_SUITES) ?? [];
    }),
  );
}

function readWeak(
  reader: Reader,
  value: unknown,
  path: string,
): { readonly suites: readonly string[]; readonly reason: string; readonly until: string } | undefined {
  if (value === undefined) return undefined;
  const fields = reader.fields(value, ID, path, ["suites", "reason", "until"]);
  if (fields === undefined) return undefined;
  const list = reader.list(fields.get("suites"), ID, `${path}.suites`, "weak cipher suites") ?? [];
  const suites = list.flatMap(
    (each, index) => reader.choice(each, ID, at(`${path}.suites`, index), WEAK_CIPHER_SUITES) ?? [],
  );
  const reason = reader.text(
    fields.get("reason"),
    ID,
    `${path}.reason`,
    isReason,
    "why they are accepted, in at least ten characters on one line",
  );
  const until = reader.text(
    fields.get("until"),
    ID,
    `${path}.until`,
    isDay,
    "the last day on which it holds, YYYY-MM-DD",
  );
  if (reason === undefined || until === undefined) return undefined;
  return { suites: once(reader, `${path}.suites`, suites), reason, until };
}

/** Istio drops a second one with a warning. */
function once(reader: Reader, path: string, suites: readonly string[]): readonly string[] {
  for (const suite of new Set(suites.filter((each, index) => suites.indexOf(each) < index))) {
    reader.report({
      id: ID,
      path,
      message: "names a suite twice",
      got: { value: suite },
      expected: "each suite once",
      fix: "remove the second",
    });
  }
  return suites;
}
