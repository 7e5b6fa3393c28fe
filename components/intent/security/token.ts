/** Where a request carries its token. */
export interface TokenLocations {
  /** Headers, each with the text before the token, such as `"Bearer "`. */
  readonly headers?: readonly { readonly name: string; readonly prefix?: string }[];
  /** Query parameters. */
  readonly params?: readonly string[];
  readonly cookies?: readonly string[];
}

interface JwtFields {
  /** Who signs the tokens, as their claim `iss` says it, letter by letter. */
  readonly issuer: `https://${string}`;
  /** Whom tokens must be issued for, any of these: a token for somebody else is none here. */
  readonly audiences: readonly [string, ...string[]];
  /** @default - the header `Authorization: Bearer`, then the query parameter `access_token` */
  readonly from?: TokenLocations;
  /** Hand the token itself on to the workload, which can use it in the caller's name. @default false */
  readonly forward?: boolean;
  /** Headers for the workload, by name, from claims of a valid token (`"profile.team"` for a nested one). */
  readonly claimToHeaders?: Readonly<Record<string, string>>;
  /** The header in which the workload gets all claims, as base64 of their JSON. */
  readonly payloadToHeader?: string;
}

/** Tokens that are accepted: who signs them, by which keys, for whom. */
export type JwtSpec = JwtFields &
  (
    | {
        /** Where the public keys are fetched. */
        readonly jwksUri: `https://${string}`;
        readonly jwks?: never;
      }
    | {
        /** The public keys themselves, a JSON Web Key Set as JSON. */
        readonly jwks: string;
        readonly jwksUri?: never;
      }
  );

/** The bearers of tokens of one issuer; one subject of it, or all. */
export interface Bearer {
  readonly kind: "token";
  readonly issuer: string;
  /** The claim `sub`; absent for whomever the issuer vouches for. */
  readonly subject?: string;
}

/** An issuer of tokens. As a {@link Bearer} it stands for everyone whom it vouches for. */
export interface Jwt extends Bearer {
  readonly spec: JwtSpec;
  /** One of those whom the issuer vouches for, by the claim `sub`. */
  of(subject: string): Bearer;
}

/**
 * Describes the tokens of an issuer. `shop.authenticate` says where they are demanded; `tokens` of a rule, who may do
 * what by them.
 *
 * @example
 * const login = jwt({
 *   issuer: "https://login.example.com",
 *   jwksUri: "https://login.example.com/.well-known/jwks.json",
 *   audiences: ["shop"],
 * });
 * shop.authenticate({ at: edge, with: login });
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/#JWTRule
 */
export function jwt(spec: JwtSpec): Jwt {
  // What is wrong with it is said where it is used, together with everything else.
  const issuer = (spec as Partial<JwtSpec> | undefined)?.issuer as string;
  return Object.freeze({
    kind: "token",
    issuer,
    spec,
    of: (subject: string): Bearer => Object.freeze({ kind: "token", issuer, subject }),
  });
}
