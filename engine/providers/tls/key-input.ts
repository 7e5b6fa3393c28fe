import type { KeyObject } from "node:crypto";

import { refusal } from "../problems";
import type { CreateRequest } from "../../provider";
import { algorithmOf, type KeyAlgorithm } from "./algorithms";
import { readPrivateKey } from "./private-key";

/** A private key among a resource's inputs. */
export interface KeyInput {
  readonly key: KeyObject;
  readonly algorithm: KeyAlgorithm;
}

/**
 * The private key of a resource, from the property that is stored or from its write-only twin.
 *
 * @throws MeshError that names the property and never holds anything of the key
 */
export function keyInput(
  request: CreateRequest,
  property: "privateKeyPem" | "caPrivateKeyPem",
  stored: string | undefined,
  writeOnly: string | undefined,
): KeyInput {
  const text = stored ?? writeOnly;
  if (text === undefined || (stored !== undefined && writeOnly !== undefined)) {
    throw refusal(request, [
      {
        id: "engine/invalid-property",
        property,
        message: `exactly one of ${property} and ${property}Wo is needed`,
        got: text === undefined ? "neither" : "both",
        fix: `Set ${property} alone`,
      },
    ]);
  }
  const key = readPrivateKey(text);
  const algorithm = key && algorithmOf(key);
  if (key === undefined || algorithm === undefined) {
    throw refusal(request, [
      {
        id: "engine/invalid-private-key",
        property: stored === undefined ? `${property}Wo` : property,
        message: "is not a private key that can be read",
        expected: "an unencrypted RSA, ECDSA (P224 to P521) or ED25519 key in PEM",
        fix: "Give the privateKeyPem of a tls.PrivateKey, or the text of a key file",
      },
    ]);
  }
  return { key, algorithm };
}
