import { isDnsLabel, isLabelKey, isLabelValue } from "../dns";
import type { GatewayIntent, ManagedGatewayIntent } from "../intent";
import { ROUTING_APIS } from "../routing-api";
import { isAddress } from "./endpoint";
import { at, type Reader } from "./reader";

const ID = "intent/gateway-proxies";

/** What says which proxies serve a gateway, and by which objects they are told. */
export function readProxies(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  path: string,
): Pick<GatewayIntent, "api" | "service" | "managed"> {
  const given = fields.get("api");
  const api = given === undefined ? undefined : reader.choice(given, ID, `${path}.api`, ROUTING_APIS);
  const named = fields.get("service");
  const service =
    named === undefined
      ? undefined
      : reader.text(
          named,
          ID,
          `${path}.service`,
          isDnsLabel,
          "the name of a Service in the gateway's namespace",
        );
  const managed = fields.get("managed");
  if (managed === undefined) return { ...(api && { api }), ...(service !== undefined && { service }) };

  for (const field of ["selector", "serviceAccount", "service"]) {
    if (fields.get(field) === undefined) continue;
    reader.report({
      id: ID,
      path: `${path}.${field}`,
      message: "names proxies that run already, but istiod runs those of a managed gateway",
      got: { value: fields.get(field) },
      expected: "either managed, or the names of proxies that run already",
      fix: `remove ${field}, or managed`,
    });
  }
  if (api === "istio") {
    reader.report({
      id: ID,
      path: `${path}.managed`,
      message: "is a word of the Gateway API: istiod runs no proxies for a Gateway of its own",
      got: 'managed beside api: "istio"',
      expected: 'managed beside api: "gateway-api"',
      fix: 'set api: "gateway-api", or remove managed',
    });
  }
  const read = readManaged(reader, managed, `${path}.managed`);
  return { ...(api && { api }), ...(read && { managed: read }) };
}

function readManaged(reader: Reader, value: unknown, path: string): ManagedGatewayIntent | undefined {
  const fields = reader.fields(value, ID, path, ["serviceType", "address", "annotations", "labels"]);
  if (fields === undefined) return undefined;
  const type = fields.get("serviceType");
  const serviceType =
    type === undefined
      ? undefined
      : reader.choice(type, ID, `${path}.serviceType`, ["ClusterIP", "NodePort", "LoadBalancer"]);
  const given = fields.get("address");
  const address =
    given === undefined ? undefined : reader.text(given, ID, `${path}.address`, isAddress, "an IP address");
  return {
    ...(serviceType && { serviceType }),
    ...(address !== undefined && { address }),
    annotations: readTexts(reader, fields, "annotations", path, () => true, "a text"),
    labels: readTexts(reader, fields, "labels", path, isLabelValue, "a label's value"),
  };
}

/** Most annotations and labels that the Gateway API hands on. */
const MOST_ENTRIES = { annotations: 16, labels: 8 } as const;

function readTexts(
  reader: Reader,
  fields: ReadonlyMap<string, unknown>,
  field: keyof typeof MOST_ENTRIES,
  owner: string,
  test: (text: string) => boolean,
  expected: string,
): Readonly<Record<string, string>> {
  const path = `${owner}.${field}`;
  const entries = [...(reader.record(fields.get(field) ?? {}, ID, path, "an object with texts") ?? [])];
  if (entries.length > MOST_ENTRIES[field]) {
    reader.report({
      id: ID,
      path,
      message: "has more entries than the Gateway API takes",
      got: `${entries.length} entries`,
      expected: `${MOST_ENTRIES[field]} at most`,
      fix: "remove some",
    });
  }
  const read = entries.map(([key, text]) => {
    const here = at(path, key);
    if (!isLabelKey(key)) {
      reader.report({
        id: ID,
        path: here,
        message: "is not a valid key",
        got: { value: key },
        expected: "letters, digits, '-', '_', '.'; up to 63, after an optional DNS prefix and '/'",
        fix: "correct the key",
      });
    }
    return [key, reader.text(text, ID, here, test, expected) ?? ""] as const;
  });
  return Object.fromEntries(read.sort(([a], [b]) => (a < b ? -1 : 1)));
}
