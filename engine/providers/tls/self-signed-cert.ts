import { z } from "zod";

import { defineResource, type BuiltinResource } from "../builtin";
import { refusal, type RequestProblem } from "../problems";
import {
  CERTIFICATE_OUTPUTS,
  certificateSchema,
  isReadyForRenewal,
  issueCertificate,
  keyIdentifier,
} from "./certificate";
import { keyInput } from "./key-input";
import { signerOf } from "./signer";
import {
  alternativeNames,
  alternativeNamesSchema,
  distinguishedName,
  isEmptySubject,
  subjectSchema,
} from "./subject";

/** `tls.SelfSignedCert`. */
export function selfSignedCert(clock: () => Date): BuiltinResource {
  return defineResource({
    type: "tls:index/selfSignedCert:SelfSignedCert",
    schema: z.object({
      ...certificateSchema,
      ...alternativeNamesSchema,
      privateKeyPem: z.string().optional(),
      privateKeyPemWo: z.string().optional(),
      privateKeyPemWoVersion: z.number().optional(),
      setAuthorityKeyId: z.boolean().default(false),
      subject: subjectSchema.optional(),
    }),
    computed: [...CERTIFICATE_OUTPUTS, "keyAlgorithm"],
    secrets: ["privateKeyPem"],
    writeOnly: ["privateKeyPemWo"],
    updatable: ["earlyRenewalHours"],
    expired: (outputs, { earlyRenewalHours }) => isReadyForRenewal(outputs, earlyRenewalHours, clock()),
    async generate(settings, request) {
      const problems = contradictions(settings);
      if (problems.length > 0) throw refusal(request, problems);
      const { key, algorithm } = keyInput(
        request,
        "privateKeyPem",
        settings.privateKeyPem,
        settings.privateKeyPemWo,
      );
      const signer = signerOf(key);
      const name = distinguishedName(settings.subject);
      const issued = await issueCertificate(
        {
          ...settings,
          subject: name,
          issuer: name,
          publicKeyDer: signer.publicKeyDer,
          subjectKeyId: settings.setSubjectKeyId,
          authorityKeyId: settings.setAuthorityKeyId ? keyIdentifier(signer.publicKeyDer) : undefined,
          alternativeNames: alternativeNames(settings, isEmptySubject(settings.subject)),
        },
        signer,
        clock(),
      );
      return { id: issued.id, values: { ...issued.values, keyAlgorithm: algorithm } };
    },
  });
}

function contradictions(settings: {
  readonly isCaCertificate: boolean;
  readonly setAuthorityKeyId: boolean;
  readonly setSubjectKeyId: boolean;
  readonly subject?: z.output<typeof subjectSchema> | undefined;
}): RequestProblem[] {
  const problems: RequestProblem[] = [];
  if (settings.isCaCertificate && isEmptySubject(settings.subject)) {
    problems.push({
      id: "engine/invalid-property",
      property: "subject",
      message: "a certificate authority needs a subject that is not empty",
      got: "no subject",
      expected: "at least one of its fields, such as commonName",
      fix: "Set subject.commonName",
    });
  }
  if (settings.setAuthorityKeyId && !settings.setSubjectKeyId && !settings.isCaCertificate) {
    problems.push({
      id: "engine/invalid-property",
      property: "setAuthorityKeyId",
      message:
        "a self-signed certificate without a subject key identifier has no authority key identifier either",
      got: "setSubjectKeyId false",
      expected: "setSubjectKeyId true, or isCaCertificate true",
      fix: "Set setSubjectKeyId to true",
    });
  }
  return problems;
}
