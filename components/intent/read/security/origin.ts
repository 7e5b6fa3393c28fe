import type { ConditionIntent, RuleIntent } from "../../intent";
import { at, type Reader } from "../reader";
import { isAddressOrRange } from "../endpoint";
import { readTexts } from "./calls";

/** The fields of a rule that say where its calls come from, beside who makes them. */
export const ORIGIN_FIELDS = [
  "ipBlocks",
  "notIpBlocks",
  "remoteIpBlocks",
  "notRemoteIpBlocks",
  "when",
] as const;

export type OriginIntent = Pick<RuleIntent, (typeof ORIGIN_FIELDS)[number]>;

/** Attributes that only a request has, as opposed to its connection. */
const OF_REQUESTS = /^request\./;

/** Whether a condition can only be judged where requests are read. */
export function isOfRequests({ key }: Pick<ConditionIntent, "key">): boolean {
  return OF_REQUESTS.test(key);
}

export function readOrigin(reader: Reader, fields: ReadonlyMap<string, unknown>, path: string): OriginIntent {
  const blocks = (field: string): readonly string[] =>
    fields.get(field) === undefined
      ? []
      : (readTexts(
          reader,
          fields.get(field),
          "intent/ip-block",
          `${path}.${field}`,
          'addresses or ranges such as ["10.0.0.0/8"]',
          isAddressOrRange,
          "an IP address or a range in CIDR notation",
        ) ?? []);
  return {
    ipBlocks: blocks("ipBlocks"),
    notIpBlocks: blocks("notIpBlocks"),
    remoteIpBlocks: blocks("remoteIpBlocks"),
    notRemoteIpBlocks: blocks("notRemoteIpBlocks"),
    when: fields.get("when") === undefined ? [] : readConditions(reader, fields.get("when"), `${path}.when`),
  };
}

function readConditions(reader: Reader, value: unknown, path: string): readonly ConditionIntent[] {
  const expected = 'conditions such as attribute.claim("groups").is("admins")';
  const conditions = new Map<string, ConditionIntent>();
  (reader.list(value, "intent/attribute", path, expected) ?? []).forEach((each, index) => {
    const here = at(path, index);
    const fields = reader.fields(each, "intent/attribute", here, ["kind", "key", "values", "notValues"]);
    if (fields === undefined) return;
    const key = reader.text(
      fields.get("key"),
      "intent/attribute",
      `${here}.key`,
      isAttribute,
      "an attribute that `attribute` can name; header names and claims without brackets",
    );
    if (key === undefined) return;
    const values = readValues(reader, key, fields.get("values"), `${here}.values`);
    const notValues = readValues(reader, key, fields.get("notValues"), `${here}.notValues`);
    if (values.length + notValues.length > 0) {
      const condition = { key, values, notValues };
      conditions.set(JSON.stringify(condition), condition);
    } else if (![fields.get("values"), fields.get("notValues")].some(isNonEmptyList)) {
      reader.report({
        id: "intent/attribute",
        path: here,
        message: "compares with nothing",
        got: { value: each },
        expected,
        fix: "give at least one value",
      });
    }
  });
  return [...conditions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, condition]) => condition);
}

function isNonEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isAttribute(key: string): boolean {
  return /^(request\.headers\[[^[\]\s]+\]|request\.auth\.claims(\[[^[\]]+\])+|request\.auth\.(audiences|presenter)|source\.ip|remote\.ip|destination\.ip|connection\.sni)$/.test(
    key,
  );
}

function readValues(reader: Reader, key: string, value: unknown, path: string): readonly string[] {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
  const addresses = key.endsWith(".ip");
  return (
    readTexts(
      reader,
      value,
      "intent/attribute",
      path,
      "values to compare with",
      // Istio knows one star, at one end; elsewhere it would be compared as itself.
      addresses ? isAddressOrRange : (text) => text !== "" && /^\*?[^*]*$|^[^*]*\*$/.test(text),
      addresses ? "an IP address or a range in CIDR notation" : "a text, 'abc*', '*abc' or '*'",
    ) ?? []
  );
}
