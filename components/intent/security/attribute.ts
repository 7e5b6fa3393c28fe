/**
 * A condition on an attribute of a request or connection, in the words of Istio's authorization policies. Several hold
 * together; the values of one are alternatives.
 */
export interface AttributeCondition {
  readonly kind: "attribute";
  /** As Istio spells it, for example `request.auth.claims[groups]`. */
  readonly key: string;
  /** Any of these; empty for no demand. */
  readonly values: readonly string[];
  /** None of these; empty for no demand. */
  readonly notValues: readonly string[];
}

/**
 * The ways in which an attribute can be compared. A value is exact, `abc*` for a prefix, `*abc` for a suffix, or `*` for
 * any value at all; addresses are IP addresses or CIDR ranges, which are compared as such.
 */
export interface Attribute {
  /** It has one of these values. */
  is(...values: readonly [string, ...string[]]): AttributeCondition;
  /** It has none of these values; that it is absent altogether is fine, too. */
  isNot(...values: readonly [string, ...string[]]): AttributeCondition;
  /** It has a value. */
  present(): AttributeCondition;
  /** It has no value. */
  absent(): AttributeCondition;
}

function attributeOf(key: string): Attribute {
  const condition = (values: readonly string[], notValues: readonly string[]): AttributeCondition =>
    Object.freeze({ kind: "attribute", key, values, notValues });
  return Object.freeze({
    is: (...values: readonly string[]) => condition(values, []),
    isNot: (...values: readonly string[]) => condition([], values),
    present: () => condition(["*"], []),
    absent: () => condition([], ["*"]),
  });
}

/**
 * The attributes by which a call may be judged, for `when` of `allow`, `deny`, `audit` and `custom`.
 *
 * @example
 * shop.allow({ from: edge, to: admin, when: [attribute.claim("groups").is("operators")] });
 * @see https://istio.io/latest/docs/reference/config/security/conditions/
 */
export const attribute = Object.freeze({
  /** A claim of the caller's token; the steps into a nested one, one by one. A list is met by any of its elements. */
  claim: (...path: readonly [string, ...string[]]): Attribute =>
    attributeOf(`request.auth.claims${path.map((step) => `[${step}]`).join("")}`),
  /** Whom the token was issued for (`aud`). */
  audience: (): Attribute => attributeOf("request.auth.audiences"),
  /** Whom the token was issued to (`azp`). */
  presenter: (): Attribute => attributeOf("request.auth.presenter"),
  /** A header of the request. */
  header: (name: string): Attribute => attributeOf(`request.headers[${name}]`),
  /** The address that the connection comes from. */
  sourceIp: (): Attribute => attributeOf("source.ip"),
  /** The address of the original client, from `X-Forwarded-For` or the PROXY protocol. */
  remoteIp: (): Attribute => attributeOf("remote.ip"),
  /** The address that the connection goes to. */
  destinationIp: (): Attribute => attributeOf("destination.ip"),
  /** The server name that the TLS handshake asked for. */
  sni: (): Attribute => attributeOf("connection.sni"),
});
