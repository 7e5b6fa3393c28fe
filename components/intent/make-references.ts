import type { Protocol } from "./port";
import { BUILT_IN_PROVIDERS, type TelemetryProviderKind } from "./telemetry-provider";
import { type MeshToken, remember } from "./references";

/**
 * Makes the objects that stand for a catalogue's services, subsets, ports and externals. A catalogue that is wrong in
 * part gives what can be made of it; what is wrong with it is for `validate` to say.
 */
export function makeReferences(
  catalogue: unknown,
  mesh: MeshToken,
): {
  services: object;
  external: object;
  providers: object;
} {
  return Object.freeze({
    services: mapEntries(property(catalogue, "services"), (name, spec) => makeService(name, spec, mesh)),
    external: mapEntries(property(catalogue, "external"), (name, spec) => {
      const host = typeof spec === "string" ? spec : property(spec, "host");
      return remember(Object.freeze({ kind: "external", name, host }), mesh, {
        kind: "external",
        external: name,
      });
    }),
    providers: mapEntries(
      { ...builtInProviders(), ...records(catalogue, "telemetryProviders") },
      (name, spec) => {
        // What is no kind is for `validate` to say.
        const of = property(spec, "kind") as TelemetryProviderKind;
        return remember(Object.freeze({ kind: "provider", name, provider: of }), mesh, {
          kind: "provider",
          provider: name,
          of,
        });
      },
    ),
  });
}

function builtInProviders(): Record<string, { readonly kind: TelemetryProviderKind }> {
  return Object.fromEntries(Object.entries(BUILT_IN_PROVIDERS).map(([name, kind]) => [name, { kind }]));
}

function records(value: unknown, name: string): object {
  const found = property(value, name);
  return typeof found === "object" && found !== null ? found : {};
}

function makeService(service: string, spec: unknown, mesh: MeshToken): object {
  const ports = mapEntries(property(spec, "ports"), (name, port) => {
    const protocol = property(port, "protocol") as Protocol;
    const made = { kind: "port", service, name, number: property(port, "number"), protocol };
    return remember(Object.freeze(made), mesh, { kind: "port", service, port: name, protocol });
  });
  const subsets = mapEntries(property(spec, "subsets"), (name) =>
    remember(Object.freeze({ kind: "subset", service, name }), mesh, {
      kind: "subset",
      service,
      subset: name,
    }),
  );
  const made = {
    kind: "service",
    name: service,
    namespace: property(spec, "namespace"),
    ports,
    subsets,
  };
  return remember(Object.freeze(made), mesh, { kind: "service", service });
}

function mapEntries(value: unknown, make: (name: string, value: unknown) => object): object {
  if (typeof value !== "object" || value === null) return Object.freeze({});
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, make(name, each)])),
  );
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
