import type { FieldsOf } from "../arguments/shape";
import type { ExternalAuthorityArgs, IstioCsrArgs, KubernetesSignerArgs, SpireArgs } from "./args";

export const ISTIO_CSR_SHAPE = {
  address: "Input<string>",
} satisfies FieldsOf<IstioCsrArgs>;

export const KUBERNETES_SIGNER_SHAPE = {
  signer: { required: "string" },
  rootCertificatePem: { required: "Input<string>" },
} satisfies FieldsOf<KubernetesSignerArgs>;

export const SPIRE_SHAPE = {
  socketFile: "string",
  csiDriver: "string",
} satisfies FieldsOf<SpireArgs>;

export const EXTERNAL_AUTHORITY_SHAPE = {
  istioCsr: { fields: ISTIO_CSR_SHAPE },
  kubernetesSigner: { fields: KUBERNETES_SIGNER_SHAPE },
  spire: { fields: SPIRE_SHAPE },
} satisfies FieldsOf<ExternalAuthorityArgs>;
