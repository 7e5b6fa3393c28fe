import { isFields, type Fields } from "../value";

/** Whether a rule holds for a value for certain; false where only CEL can tell. */
export type Evidence = (value: unknown) => boolean;

/**
 * What holds for certain without asking CEL, for the rules of Istio's definitions that most objects meet. Nothing here
 * refuses a value: what is not evident is judged by the rule itself, in its own words.
 *
 * @param rule the text of a rule
 * @returns undefined for a rule of which nothing is evident
 */
export function evidenceFor(rule: string): Evidence | undefined {
  return evident.get(rule) ?? atMostOne(rule);
}

const PRESENCE = String.raw`\(has\(self\.\w+\) \? 1 : 0\)`;
const atMostOnePresent = new RegExp(String.raw`^${PRESENCE}(?: \+ ${PRESENCE})* <= 1$`);

/** `(has(self.a) ? 1 : 0) + (has(self.b) ? 1 : 0) <= 1` */
function atMostOne(rule: string): Evidence | undefined {
  if (!atMostOnePresent.test(rule)) return undefined;
  const names = [...rule.matchAll(/self\.(\w+)/g)].map(([, name = ""]) => name);
  return (value) => isFields(value) && names.filter((name) => !lacks(value, name)).length <= 1;
}

/** What is not known yet counts as there. */
function lacks(fields: Fields, name: string): boolean {
  return !Object.hasOwn(fields, name) || fields[name] === undefined || fields[name] === null;
}

const without =
  (...names: readonly string[]): Evidence =>
  (value) =>
    isFields(value) && names.every((name) => lacks(value, name));

const text =
  (test: (text: string) => boolean): Evidence =>
  (value) =>
    typeof value === "string" && test(value);

const keys =
  (test: (key: string) => boolean): Evidence =>
  (value) =>
    isFields(value) && Object.keys(value).every(test);

/** A field that is a text, or absent. */
const fieldText =
  (name: string, test: (text: string) => boolean): Evidence =>
  (value) => {
    if (!isFields(value)) return false;
    const field = lacks(value, name) ? "" : value[name];
    return typeof field === "string" && test(field);
  };

const isNoSocket = text((address) => !address.startsWith("unix://"));

const evident: ReadonlyMap<string, Evidence> = new Map([
  // What a Go duration can hold at most, 292 years, is out of the reach of six digits.
  ["duration(self) >= duration('1ms')", text((each) => /^[1-9]\d{0,5}(?:ms|s|m|h)$/.test(each))],
  ['!self.contains("*")', text((each) => !each.includes("*"))],
  ['self != "*"', text((each) => each !== "*")],
  ['self.all(key, !key.contains("*"))', keys((key) => !key.includes("*"))],
  ["self.all(key, key.size() != 0)", keys((key) => key !== "")],
  [
    'self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))',
    keys((key) => key.length < 63 && /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(key)),
  ],
  [
    "0 < self && self <= 65535",
    (value) => typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 65535,
  ],
  [
    "(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) &&\n!has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true",
    without("serviceAccounts", "notServiceAccounts"),
  ],
  [
    "has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? self.selector.matchLabels : {}).size() > 0) : true",
    without("portLevelMtls"),
  ],
  [
    '!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && !((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))',
    without("addresses"),
  ],
  [
    '((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true',
    without("endpoints"),
  ],
  [
    '((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true',
    fieldText("resolution", (resolution) => resolution !== "DNS_ROUND_ROBIN"),
  ],
  ["has(self.address) || has(self.network)", fieldText("address", (address) => address !== "")],
  [
    '(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true',
    fieldText("address", (address) => !address.startsWith("unix://")),
  ],
  [
    'self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true',
    isNoSocket,
  ],
  ['self.startsWith("unix://") ? !self.endsWith("/") : true', isNoSocket],
]);
