import "reflect-metadata";

import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";
import { createHash } from "node:crypto";
import { z } from "zod";

import { defineResource } from "../builtin";
import { keyInput } from "./key-input";
import { encodePem } from "./pem";
import { signerOf } from "./signer";
import {
  alternativeNames,
  alternativeNamesSchema,
  distinguishedName,
  isEmptySubject,
  subjectSchema,
} from "./subject";

/** `tls.CertRequest`. Its id is the SHA-1 of the request. */
export const certRequest = defineResource({
  type: "tls:index/certRequest:CertRequest",
  schema: z.object({
    ...alternativeNamesSchema,
    privateKeyPem: z.string().optional(),
    privateKeyPemWo: z.string().optional(),
    privateKeyPemWoVersion: z.number().optional(),
    subject: subjectSchema.optional(),
  }),
  computed: ["certRequestPem", "keyAlgorithm"],
  secrets: ["privateKeyPem"],
  writeOnly: ["privateKeyPemWo"],
  async generate(settings, request) {
    const { key, algorithm } = keyInput(
      request,
      "privateKeyPem",
      settings.privateKeyPem,
      settings.privateKeyPemWo,
    );
    const signer = signerOf(key);
    const csr = await Pkcs10CertificateRequestGenerator.create(
      {
        name: distinguishedName(settings.subject),
        keys: { privateKey: signer.privateKey, publicKey: signer.publicKey },
        signingAlgorithm: signer.privateKey.algorithm,
        extensions: alternativeNames(settings, isEmptySubject(settings.subject)),
      },
      signer.crypto,
    );
    const der = new Uint8Array(csr.rawData);
    return {
      id: createHash("sha1").update(der).digest("hex"),
      values: { certRequestPem: encodePem("CERTIFICATE REQUEST", der), keyAlgorithm: algorithm },
    };
  },
});
