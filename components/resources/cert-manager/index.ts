export {
  Certificate,
  type CertificateArgs,
  type CertificateManifest,
  type CertificateSpec,
  type CertificateStatus,
} from "./certificate";
