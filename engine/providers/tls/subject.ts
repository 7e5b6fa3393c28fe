import "reflect-metadata";

import {
  Name,
  SubjectAlternativeNameExtension,
  type Extension,
  type JsonGeneralNames,
  type JsonNameParams,
} from "@peculiar/x509";
import ipaddr from "ipaddr.js";
import { z } from "zod";

/** The `subject` block: every field may be left out. */
export const subjectSchema = z.object({
  commonName: z.string().optional(),
  country: z.string().optional(),
  emailAddress: z.string().optional(),
  locality: z.string().optional(),
  organization: z.string().optional(),
  organizationalUnit: z.string().optional(),
  postalCode: z.string().optional(),
  province: z.string().optional(),
  serialNumber: z.string().optional(),
  streetAddresses: z.array(z.string()).optional(),
});
type Subject = z.output<typeof subjectSchema>;

/** The names beside the subject that a certificate is for. */
export const alternativeNamesSchema = {
  dnsNames: z.array(z.string().min(1)).optional(),
  ipAddresses: z.array(z.string().refine((text) => ipaddr.isValid(text), "is not an IP address")).optional(),
  uris: z.array(z.string().refine((text) => URL.canParse(text), "is not a URI")).optional(),
};
interface AlternativeNames {
  readonly dnsNames?: readonly string[] | undefined;
  readonly ipAddresses?: readonly string[] | undefined;
  readonly uris?: readonly string[] | undefined;
}

/** Object identifiers of X.520, in the order in which the real provider's distinguished names hold them. */
const ATTRIBUTES: readonly (readonly [keyof Subject, string])[] = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
];
const EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

/** The distinguished name of a subject; an empty one where nothing was given. */
export function distinguishedName(subject: Subject = {}): Name {
  const parts: JsonNameParams = ATTRIBUTES.flatMap(([field, oid]) => {
    const values = [subject[field] ?? []].flat().filter((value) => value !== "");
    return values.length === 0 ? [] : [{ [oid]: values.map(directoryString) }];
  });
  if (subject.emailAddress) parts.push({ [EMAIL_ADDRESS]: [{ ia5String: subject.emailAddress }] });
  return new Name(parts);
}

/** Whether a subject names anything. */
export function isEmptySubject(subject: Subject | undefined): boolean {
  return Object.values(subject ?? {}).every((value) => value === undefined || value.length === 0);
}

/** The subject alternative names as an extension; critical, as RFC 5280 wants, where there is no subject. */
export function alternativeNames(names: AlternativeNames, subjectIsEmpty: boolean): Extension[] {
  const all: JsonGeneralNames = [
    ...(names.dnsNames ?? []).map((value) => ({ type: "dns" as const, value })),
    ...(names.ipAddresses ?? []).map((value) => ({ type: "ip" as const, value })),
    ...(names.uris ?? []).map((value) => ({ type: "url" as const, value })),
  ];
  return all.length === 0 ? [] : [new SubjectAlternativeNameExtension(all, subjectIsEmpty)];
}

/** Given with its type, because a bare string would be read for quotes and escapes. */
function directoryString(value: string): { printableString: string } | { utf8String: string } {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? { printableString: value } : { utf8String: value };
}
