import type { MtlsIntent } from "../intent/intent";
import type { Compiled } from "./compiled";
import { type Context, listeningPorts } from "./context";
import { MESH_PEER_AUTHENTICATION, mtlsOf } from "./names";
import type { PeerAuthenticationManifest, PeerAuthenticationSpec } from "./types";

const MODES = { strict: "STRICT", permissive: "PERMISSIVE", disable: "DISABLE" } as const;

/** By this annotation the checks know an exception that was meant, with its reason and its last day. */
const EXCEPTION = "except.meshwright.dev/mtls-no-downgrade";

/**
 * One statement for the whole mesh: without a selector, in the root namespace. Below it one for each namespace and
 * service that differs. Callers need none: their proxies choose TLS by what is demanded here.
 */
export function compilePeerAuthentications(context: Context): Compiled<PeerAuthenticationManifest>[] {
  const { mtls } = context.intent;
  return [
    {
      source: { kind: "mesh" },
      manifest: peerAuthentication(context, MESH_PEER_AUTHENTICATION, context.rootNamespace, {
        mtls: { mode: MODES[mtls] },
      }),
    },
    ...grouped(context.intent.mtlsOf).map((group) => forPart(context, group)),
  ];
}

function grouped(all: readonly MtlsIntent[]): readonly (readonly [MtlsIntent, ...MtlsIntent[]])[] {
  const groups = new Map<string, [MtlsIntent, ...MtlsIntent[]]>();
  for (const each of all) {
    const key = JSON.stringify(each.for);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()];
}

function forPart(
  context: Context,
  group: readonly [MtlsIntent, ...MtlsIntent[]],
): Compiled<PeerAuthenticationManifest> {
  const [first] = group;
  const whole = group.find(({ ports }) => ports.length === 0);
  const mtls = whole && { mtls: { mode: MODES[whole.mode] } };
  if (first.for.kind === "namespace") {
    const { name } = first.for;
    return {
      source: { kind: "namespace", namespace: name },
      manifest: peerAuthentication(context, MESH_PEER_AUTHENTICATION, name, { ...mtls }, group),
    };
  }
  const service = context.service(first.for.name);
  const ports = group.flatMap((each) =>
    each.ports.flatMap((port) =>
      listeningPorts(service, port).map((number) => [String(number), { mode: MODES[each.mode] }] as const),
    ),
  );
  return {
    source: { kind: "service", service: service.key },
    manifest: peerAuthentication(
      context,
      mtlsOf(service),
      service.namespace,
      {
        selector: { matchLabels: service.labels },
        ...mtls,
        ...(ports.length > 0 && { portLevelMtls: Object.fromEntries(ports) }),
      },
      group,
    ),
  };
}

function peerAuthentication(
  context: Context,
  name: string,
  namespace: string,
  spec: PeerAuthenticationSpec,
  group: readonly MtlsIntent[] = [],
): PeerAuthenticationManifest {
  const metadata = context.metadata(name, namespace);
  const exceptions = group.flatMap(({ exception }) => (exception ? [exception] : []));
  // Several of one object end with the first of them.
  const [until] = exceptions.map((exception) => exception.until).sort();
  const reason = [...new Set(exceptions.map((exception) => exception.reason.trim()))].join(" / ");
  return {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata:
      until === undefined
        ? metadata
        : { ...metadata, annotations: { [EXCEPTION]: `until=${until}; reason=${reason}` } },
    spec,
  };
}
