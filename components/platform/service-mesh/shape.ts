import { ADMISSION_POLICIES_SHAPE } from "../admission/shape";
import type { Fields, FieldsOf } from "../arguments/shape";
import { CRDS_SHAPE, MANIFEST_SHAPE } from "../arguments/shared";
import { CERTIFICATE_AUTHORITY_SHAPE } from "../certificate-authority/shape";
import { CHART_SHAPE } from "../charts/shape";
import { CNI_SHAPE } from "../cni/shape";
import { CONTROL_PLANE_SHAPE } from "../control-plane/shape";
import { NAMESPACE_SHAPE } from "../enrolment/shape";
import { EXTERNAL_AUTHORITY_SHAPE } from "../external-authority/shape";
import { GATEWAY_SHAPE } from "../gateway/shape";
import { GATEWAY_API_CRDS_SHAPE } from "../gateway-api-crds/shape";
import { SIGNED_SHAPE } from "../gateway-certificate/shape";
import { RATE_LIMIT_SERVICE_SHAPE } from "../rate-limit-service/shape";
import { TELEMETRY_STACK_SHAPE } from "../telemetry-stack/shape";
import { ZTUNNEL_SHAPE } from "../ztunnel/shape";
import type { ServiceMeshArgs } from "./args";
import type { MeshAuthorityArgs } from "./authority-args";
import type { CredentialArgs } from "./credential-args";

const CREDENTIAL_SHAPE = {
  ...SIGNED_SHAPE,
  from: { required: "string" },
  hosts: { list: "string" },
} satisfies FieldsOf<CredentialArgs>;

const AUTHORITY_SHAPE = {
  ...EXTERNAL_AUTHORITY_SHAPE,
  ...without(CERTIFICATE_AUTHORITY_SHAPE, "namespace", "trustDomain", "ambient"),
} satisfies FieldsOf<MeshAuthorityArgs>;

/** The fields of a part, without what the mesh says for all of them. */
function without<F extends Fields, const Key extends keyof F>(
  fields: F,
  ...keys: readonly Key[]
): Omit<F, Key> {
  return Object.fromEntries(
    Object.entries(fields).filter(([key]) => !(keys as readonly unknown[]).includes(key)),
  ) as Omit<F, Key>;
}

const IMAGES = ["hub", "tag", "variant", "platform"] as const;

export const SERVICE_MESH_SHAPE = {
  mesh: { madeBy: "defineMesh", method: "validate" },
  api: "string",
  manifests: { list: MANIFEST_SHAPE },
  istioVersion: "string",
  profile: "string",
  namespace: "string",
  revision: "string",
  revisionTags: { list: "string" },
  hub: "Input<string>",
  tag: "Input<string>",
  variant: "string",
  platform: "string",
  source: "string",
  chart: { fields: CHART_SHAPE },
  crds: { orFalse: { fields: without(CRDS_SHAPE, "istioVersion") } },
  gatewayApi: { orFalse: { fields: without(GATEWAY_API_CRDS_SHAPE, "istioVersion", "kinds") } },
  rootNamespace: { fields: NAMESPACE_SHAPE },
  namespaces: { each: { fields: NAMESPACE_SHAPE } },
  certificateAuthority: { orFalse: { fields: AUTHORITY_SHAPE } },
  controlPlane: {
    fields: without(
      CONTROL_PLANE_SHAPE,
      "istioVersion",
      "profile",
      "namespace",
      "revision",
      ...IMAGES,
      "externalAuthority",
      "authoritySecret",
    ),
  },
  cni: { orFalse: { fields: without(CNI_SHAPE, "istioVersion", "profile", "revision", ...IMAGES) } },
  ztunnel: {
    orFalse: {
      fields: without(
        ZTUNNEL_SHAPE,
        "istioVersion",
        "profile",
        "revision",
        ...IMAGES,
        "controlPlaneNamespace",
        "clusterName",
        "network",
      ),
    },
  },
  telemetry: { orFalse: { fields: without(TELEMETRY_STACK_SHAPE, "rootNamespace", "clusterDomain") } },
  rateLimit: {
    orFalse: { fields: without(RATE_LIMIT_SERVICE_SHAPE, "mesh", "clusterDomain", "trustDomain") },
  },
  gateways: {
    each: {
      fields: without(GATEWAY_SHAPE, "gatewayName", "istioVersion", "profile", "platform", "revision"),
    },
  },
  admission: { orFalse: { fields: without(ADMISSION_POLICIES_SHAPE, "namespace") } },
  credentials: { each: { fields: CREDENTIAL_SHAPE } },
} satisfies FieldsOf<ServiceMeshArgs>;
