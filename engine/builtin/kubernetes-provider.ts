import { hexFrom, uuidFrom } from "../deterministic-id";
import type { CreateRequest, CreateResult, Properties, ReadRequest, ResourceProvider } from "../provider";
import { isPropertyObject, Secret, UNKNOWN, type PropertyValue } from "../value";

/** A Helm release is no Kubernetes object: it keeps its name and namespace at the top of its arguments. */
const HELM_RELEASE = "kubernetes:helm.sh/v3:Release";
const SECRET_TYPE = "kubernetes:core/v1:Secret";

/**
 * Kubernetes objects without a cluster: the outputs are the inputs, so what only a cluster can say (`status`, `spec`
 * defaults) stays unknown, as in a preview. Names that the real provider would make up are made up the same way, with
 * digits that follow from the URN.
 */
export const kubernetesProvider: ResourceProvider = {
  pkg: "kubernetes",

  check(request: CreateRequest): Promise<Properties> {
    if (request.type === HELM_RELEASE) {
      return Promise.resolve(
        request.inputs.name === undefined
          ? { ...request.inputs, name: automaticName(request) }
          : request.inputs,
      );
    }
    const named = withName(request);
    return Promise.resolve(request.type === SECRET_TYPE ? withEncodedData(named) : named);
  },

  create(request: CreateRequest): Promise<CreateResult> {
    return Promise.resolve({ id: identify(request.inputs, request), outputs: request.inputs });
  },

  read(request: ReadRequest): Promise<CreateResult> {
    const slash = request.id.indexOf("/");
    const namespace = slash < 0 ? undefined : request.id.slice(0, slash);
    const given = isPropertyObject(request.inputs.metadata) ? request.inputs.metadata : {};
    const metadata: Properties = {
      ...given,
      ...(namespace === undefined ? {} : { namespace }),
      name: request.id.slice(slash + 1),
      // A cluster gave the object these when it was made; no one offline can know them.
      uid: UNKNOWN,
      resourceVersion: UNKNOWN,
      creationTimestamp: UNKNOWN,
    };
    return Promise.resolve({
      id: request.id,
      outputs: { ...identityOf(request.type), ...request.inputs, metadata },
    });
  },
};

/** `apiVersion` and `kind`, which the type token repeats: `kubernetes:apps/v1:Deployment`. */
function identityOf(type: string): Properties {
  const [, apiVersion, kind] = type.split(":");
  if (apiVersion === undefined || kind === undefined) return {};
  return { apiVersion: apiVersion.replace(/^core\//, ""), kind };
}

function automaticName(request: CreateRequest): string {
  return `${request.name}-${hexFrom(request.urn, 8)}`;
}

/** `metadata.name` where the program gave none, with the annotation that the real provider adds beside it. */
function withName(request: CreateRequest): Properties {
  const { metadata } = request.inputs;
  const plain = metadata instanceof Secret ? metadata.reveal() : (metadata ?? {});
  if (!isPropertyObject(plain) || plain.name !== undefined || plain.generateName !== undefined) {
    return request.inputs;
  }
  const annotations = isPropertyObject(plain.annotations) ? plain.annotations : {};
  const named: PropertyValue = {
    ...plain,
    annotations: { ...annotations, "pulumi.com/autonamed": "true" },
    name: automaticName(request),
  };
  return { ...request.inputs, metadata: metadata instanceof Secret ? new Secret(named) : named };
}

/** `stringData` is a convenience for writing; the real provider, like an API server, keeps `data`. */
function withEncodedData(inputs: Properties): Properties {
  const { stringData, ...rest } = inputs;
  if (stringData === undefined) return inputs;
  const written = stringData instanceof Secret ? stringData.reveal() : stringData;
  const existing = inputs.data instanceof Secret ? inputs.data.reveal() : (inputs.data ?? {});
  if (!isPropertyObject(written) || !isPropertyObject(existing)) return inputs;
  const data: Record<string, PropertyValue> = { ...existing };
  for (const [key, value] of Object.entries(written)) {
    const encoded = encodeText(value);
    if (encoded === undefined) return inputs;
    data[key] = encoded;
  }
  const secret = stringData instanceof Secret || inputs.data instanceof Secret;
  return { ...rest, data: secret ? new Secret(data) : data };
}

function encodeText(value: PropertyValue): PropertyValue | undefined {
  if (value === UNKNOWN) return UNKNOWN;
  if (value instanceof Secret) {
    const encoded = encodeText(value.reveal());
    return encoded === undefined ? undefined : new Secret(encoded);
  }
  return typeof value === "string" ? Buffer.from(value).toString("base64") : undefined;
}

/** `namespace/name`, or the name alone. */
function identify(inputs: Properties, request: CreateRequest): string {
  const metadata = inputs.metadata instanceof Secret ? inputs.metadata.reveal() : inputs.metadata;
  const holder = request.type === HELM_RELEASE ? inputs : isPropertyObject(metadata) ? metadata : {};
  const { name, namespace } = holder;
  if (typeof name !== "string") return uuidFrom(request.urn);
  return typeof namespace === "string" ? `${namespace}/${name}` : name;
}
