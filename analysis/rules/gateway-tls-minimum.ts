import { UNKNOWN } from "../kubernetes-object";
import { isCipherSuite, isWeakCipherSuite } from "../model/ciphers";
import { kinds } from "../model/kinds";
import type { MeshObject } from "../model/mesh-object";
import { known, type Value } from "../reader";
import type { Rule, Verdict } from "../rule";
import { enumerate } from "../text";

/** Options of {@link gatewayTlsMinimum}. */
export interface TlsMinimumOptions {
  /** The oldest version that a gateway may take: `1.2` or `1.3`. */
  readonly minimum: string;
}

const versions: ReadonlyMap<string, number> = new Map([
  ["TLSV1_0", 1.0],
  ["TLSV1_1", 1.1],
  ["TLSV1_2", 1.2],
  ["TLSV1_3", 1.3],
  ["TLS_AUTO", 1.2],
]);

export const gatewayTlsMinimum: Rule<TlsMinimumOptions> = {
  id: "gateway-tls-minimum",
  group: "gateway",
  title: "Gateways take no old TLS",
  description:
    "A gateway takes a TLS version that is broken, or names cipher suites that Istio does not know or names twice, and drops without a word.",
  severity: "high",
  level: "mandatory",
  scope: "resource",
  anchors: ["IST0133"],
  fix: "Leave minProtocolVersion out, which means TLS 1.2, or set TLSV1_3; and cipherSuites too, unless a client needs one",
  docs: "https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSProtocol",
  remediable: true,
  options: {
    minimum: {
      type: "string",
      enum: ["1.2", "1.3"],
      description: "The oldest version of TLS that a gateway may take, 1.2 or 1.3.",
      default: "1.2",
    },
  },
  *check(model, { minimum }) {
    for (const gateway of model.ofKind(kinds.gateway)) {
      for (const server of gateway.spec.get("servers").items())
        yield* judge(gateway, server.get("tls"), Number(minimum));
    }
    for (const gateway of model.ofKind(kinds.kubernetesGateway)) {
      for (const listener of gateway.spec.get("listeners").items()) {
        const value = listener.get("tls").get("options").get("gateway.istio.io/tls-min-protocol-version");
        yield* checkVersion(gateway, value, Number(minimum), false);
      }
    }
  },
};

function* judge(gateway: MeshObject, tls: Value, minimum: number): Iterable<Verdict> {
  const mode = known(tls.get("mode").text());
  const isTerminated =
    tls.isPresent && mode !== "PASSTHROUGH" && mode !== "AUTO_PASSTHROUGH" && mode !== "ISTIO_MUTUAL";
  const suites = tls.get("cipherSuites").items();
  if (isTerminated) yield* checkVersion(gateway, tls.get("minProtocolVersion"), minimum, suites.length === 0);
  const seen = new Set<string>();
  for (const item of suites) {
    const suite = known(item.text());
    if (suite === undefined) continue;
    if (!isCipherSuite(suite))
      yield gateway.report(item.path, `"${suite}" is no cipher suite that Istio knows, and is dropped`, {
        anchors: ["IST0133"],
      });
    else if (seen.has(suite))
      yield gateway.report(item.path, `cipher suite "${suite}" is named twice`, {
        anchors: ["IST0133"],
        edits: [{ path: item.path, value: undefined }],
      });
    else if (isWeakCipherSuite(suite))
      yield gateway.report(
        item.path,
        `cipher suite "${suite}" is weak: whoever gets the key later reads what was said, or it is broken`,
        { anchors: [], level: "advisory", fix: "Remove it, unless a caller cannot do better" },
      );
    seen.add(suite);
  }
}

function* checkVersion(
  gateway: MeshObject,
  value: Value,
  minimum: number,
  lacksSuites: boolean,
): Iterable<Verdict> {
  const text = value.text();
  if (text === UNKNOWN) yield gateway.wait(value.path);
  const version = typeof text === "string" ? versions.get(text) : minimum > 1.2 ? 1.2 : undefined;
  if (version === undefined || version >= minimum) return;
  const said = typeof text === "string" ? text : "no minProtocolVersion, which means TLS 1.2";
  const also =
    lacksSuites && version < 1.2 ? "; without cipherSuites of that time no client can use it either" : "";
  yield gateway.report(
    typeof text === "string" ? value.path : value.path.replace(/\.[^.]+$/, ""),
    `the gateway has ${said}; expected TLS ${minimum.toFixed(1)} or newer (${enumerate([...versions].flatMap(([name, each]) => (each >= minimum && name !== "TLS_AUTO" ? [name] : [])))})${also}`,
    {
      anchors: lacksSuites && version < 1.2 ? ["IST0133"] : [],
      edits: [{ path: value.path, value: minimum > 1.2 ? "TLSV1_3" : "TLSV1_2" }],
    },
  );
}
