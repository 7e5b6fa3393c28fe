import "reflect-metadata";

import {
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from "@peculiar/x509";
import { z } from "zod";

import { defineResource, type BuiltinResource } from "../builtin";
import { refusal } from "../problems";
import type { CreateRequest } from "../../provider";
import { CERTIFICATE_OUTPUTS, certificateSchema, isReadyForRenewal, issueCertificate } from "./certificate";
import { keyInput } from "./key-input";
import { decodePem } from "./pem";
import { signerOf } from "./signer";

/** `tls.LocallySignedCert`: subject, names and key come from the request, the rest from here. */
export function locallySignedCert(clock: () => Date): BuiltinResource {
  return defineResource({
    type: "tls:index/locallySignedCert:LocallySignedCert",
    schema: z.object({
      ...certificateSchema,
      caCertPem: z.string(),
      caPrivateKeyPem: z.string().optional(),
      caPrivateKeyPemWo: z.string().optional(),
      caPrivateKeyPemWoVersion: z.number().optional(),
      certRequestPem: z.string(),
    }),
    computed: [...CERTIFICATE_OUTPUTS, "caKeyAlgorithm"],
    secrets: ["caPrivateKeyPem"],
    writeOnly: ["caPrivateKeyPemWo"],
    updatable: ["earlyRenewalHours"],
    expired: (outputs, { earlyRenewalHours }) => isReadyForRenewal(outputs, earlyRenewalHours, clock()),
    async generate(settings, request) {
      const { key, algorithm } = keyInput(
        request,
        "caPrivateKeyPem",
        settings.caPrivateKeyPem,
        settings.caPrivateKeyPemWo,
      );
      const authority = readCertificate(request, settings.caCertPem);
      const csr = readRequest(request, settings.certRequestPem);
      const signer = signerOf(key);
      if (!signer.publicKeyDer.equals(Buffer.from(authority.publicKey.rawData))) throw otherKey(request);
      if (settings.isCaCertificate && csr.subject === "") throw noSubject(request);
      const names = csr.extensions.filter(
        (extension) => extension instanceof SubjectAlternativeNameExtension,
      );
      const issued = await issueCertificate(
        {
          ...settings,
          subject: csr.subjectName,
          issuer: authority.subjectName,
          publicKeyDer: Buffer.from(csr.publicKey.rawData),
          subjectKeyId: settings.setSubjectKeyId,
          authorityKeyId: authority.getExtension(SubjectKeyIdentifierExtension)?.keyId,
          alternativeNames: names,
        },
        signer,
        clock(),
      );
      return { id: issued.id, values: { ...issued.values, caKeyAlgorithm: algorithm } };
    },
  });
}

function readCertificate(request: CreateRequest, text: string): X509Certificate {
  const block = decodePem(text);
  if (block?.label === "CERTIFICATE") {
    try {
      return new X509Certificate(new Uint8Array(block.der));
    } catch {
      // Not a certificate inside: said below, without the parser's words about its bytes.
    }
  }
  throw refusal(request, [
    {
      id: "engine/invalid-certificate",
      property: "caCertPem",
      message: "is not a certificate that can be read",
      got: block === undefined ? "no PEM block" : `a PEM block "${block.label}"`,
      expected: 'a PEM block "CERTIFICATE"',
      fix: "Give the certPem of the authority's certificate",
    },
  ]);
}

function readRequest(request: CreateRequest, text: string): Pkcs10CertificateRequest {
  const block = decodePem(text);
  if (block?.label === "CERTIFICATE REQUEST") {
    try {
      return new Pkcs10CertificateRequest(new Uint8Array(block.der));
    } catch {
      // Not a request inside: said below, without the parser's words about its bytes.
    }
  }
  throw refusal(request, [
    {
      id: "engine/invalid-certificate-request",
      property: "certRequestPem",
      message: "is not a certificate request that can be read",
      got: block === undefined ? "no PEM block" : `a PEM block "${block.label}"`,
      expected: 'a PEM block "CERTIFICATE REQUEST"',
      fix: "Give the certRequestPem of a tls.CertRequest",
    },
  ]);
}

function otherKey(request: CreateRequest): Error {
  return refusal(request, [
    {
      id: "engine/key-mismatch",
      property: "caPrivateKeyPem",
      message: "is not the key of the certificate in caCertPem",
      expected: "the private key that caCertPem was made with",
      fix: "Give the key and the certificate of one authority",
    },
  ]);
}

function noSubject(request: CreateRequest): Error {
  return refusal(request, [
    {
      id: "engine/invalid-property",
      property: "certRequestPem",
      message: "a certificate authority needs a subject that is not empty",
      got: "a request without a subject",
      expected: "at least one field, such as commonName",
      fix: "Set subject.commonName in the tls.CertRequest",
    },
  ]);
}
