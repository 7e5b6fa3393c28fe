import type { Context } from "./context";
import { serviceHost } from "./names";
import type { MeshManifest } from "./mesh-manifest";

/** Checks read it wherever the object is: in a stack, a policy pack, a file or a cluster. */
const DECLARED_HOSTS = "meshwright.dev/declared-hosts";

/**
 * Says on each object which hosts that it names are services of the catalogue. Another program may own their Services, so
 * that whoever checks these objects alone would take them for mistakes. A host that a hook wrote is declared only where the
 * catalogue has it, too.
 *
 * A Service that this mesh writes needs no such word: it is among the objects.
 */
export function declareHosts(context: Context): (manifest: MeshManifest) => MeshManifest {
  const ports = new Map(
    context.intent.services
      .filter(({ createService }) => !createService)
      .map((service) => [
        serviceHost(service, context.clusterDomain),
        service.ports
          .map(({ number }) => number)
          .sort((a, b) => a - b)
          .join(","),
      ]),
  );
  return (manifest) => {
    const { metadata } = manifest;
    const declared = [...new Set(namedHosts(manifest.spec, metadata.namespace, context.clusterDomain))]
      .filter((host) => ports.has(host))
      .sort()
      .map((host) => `${host}:${ports.get(host)}`)
      .join(" ");
    if (declared === "") return manifest;
    return {
      ...manifest,
      metadata: { ...metadata, annotations: { ...metadata.annotations, [DECLARED_HOSTS]: declared } },
    };
  };
}

/** Every text that may be a host, and the host of everything that may be a reference to a Service. */
function* namedHosts(value: unknown, namespace: string | undefined, domain: string): Iterable<string> {
  if (typeof value === "string") {
    // A Sidecar names a host with the namespace it is looked for in.
    yield value.slice(value.indexOf("/") + 1);
  } else if (typeof value === "object" && value !== null) {
    const {
      name,
      kind = "Service",
      namespace: other = namespace,
    } = value as Readonly<Record<string, unknown>>;
    if (kind === "Service" && typeof name === "string") yield `${name}.${String(other)}.svc.${domain}`;
    for (const field of Object.values(value)) yield* namedHosts(field, namespace, domain);
  }
}
