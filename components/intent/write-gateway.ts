import type { Declarations, GatewayDeclaration } from "./declarations";
import { remember } from "./references";
import { show } from "./show";

/** A gateway and its further servers, each a declaration of its own: what is wrong with them is for the check to say. */
export function writeGateway(declared: Declarations, name: unknown, spec: unknown): object {
  const index = declare(declared, { name, spec, exposures: [] });
  const own = typeof name === "string" ? name : show(name);
  const servers = Object.entries(propertiesOf(spec, "servers")).map(([server, its]): [string, object] => [
    server,
    handle(
      declared,
      declare(declared, {
        name: typeof name === "string" ? `${name}-${server}` : name,
        spec: its,
        exposures: [],
        server: { of: index, name: server },
      }),
      `${own}-${server}`,
      propertiesOf({ its }, "its"),
    ),
  ]);
  return handle(declared, index, own, {}, Object.freeze(Object.fromEntries(servers)));
}

function declare(declared: Declarations, declaration: GatewayDeclaration): number {
  return declared.gateways.push(declaration) - 1;
}

/** What a program holds of a gateway, or of one of its servers. */
function handle(
  declared: Declarations,
  index: number,
  name: string,
  spec: Readonly<Record<string, unknown>>,
  servers: object = Object.freeze({}),
): object {
  const { protocol } = spec;
  const exposures = declared.gateways[index]?.exposures;
  const expose =
    protocol === "tcp"
      ? (to: unknown, options?: unknown): void => void exposures?.push({ host: "*", to, options })
      : (host: unknown, to: unknown, options?: unknown): void => void exposures?.push({ host, to, options });
  const kind = protocol === "tcp" || protocol === "tls" ? `${protocol}-server` : "gateway";
  return remember(Object.freeze({ kind, name, servers, expose }), declared.mesh, {
    kind: "gateway",
    gateway: index,
  });
}

/** The own entries of a property that is a plain object; nothing else has entries that could be meant. */
function propertiesOf(owner: unknown, property: string): Readonly<Record<string, unknown>> {
  const value: unknown =
    typeof owner === "object" && owner !== null
      ? Object.getOwnPropertyDescriptor(owner, property)?.value
      : undefined;
  const plain = typeof value === "object" && value !== null && !Array.isArray(value);
  return plain ? (value as Readonly<Record<string, unknown>>) : {};
}
