import type { FieldsOf } from "../arguments/shape";
import type { ExternalAuthorityArgs, IstioCsrArgs, KubernetesSignerArgs, SpireArgs } from "./args";

export const ISTIO_CSR_SHAPE: FieldsOf<IstioCsrArgs> = {
  address: "Input<string>",
};

export const KUBERNETES_SIGNER_SHAPE: FieldsOf<KubernetesSignerArgs> = {
  signer: { required: "string" },
  rootCertificatePem: { required: "Input<string>" },
};

export const SPIRE_SHAPE: FieldsOf<SpireArgs> = {
  socketFile: "string",
  csiDriver: "string",
};

export const EXTERNAL_AUTHORITY_SHAPE: FieldsOf<ExternalAuthorityArgs> = {
  istioCsr: { fields: ISTIO_CSR_SHAPE },
  kubernetesSigner: { fields: KUBERNETES_SIGNER_SHAPE },
  spire: { fields: SPIRE_SHAPE },
};
