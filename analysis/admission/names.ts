import ipaddr from "ipaddr.js";
import type { Value } from "../reader";

/** One part of a DNS name, in any case, as Istio reads it. */
export function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(text);
}

function areLabels(parts: readonly string[]): boolean {
  const last = parts.at(-1) ?? "";
  if (/^\d+$/.test(last)) return false;
  return parts.every((part, at) => isLabel(part) || (part === "" && at === parts.length - 1 && at > 0));
}

export function isDomain(text: string): boolean {
  return text.length > 0 && text.length <= 255 && areLabels(text.split("."));
}

/** A domain whose first part may be `*`, or begin with it. */
export function isWildcardDomain(text: string): boolean {
  if (text.length === 0 || text.length > 255) return false;
  const [first = "", ...rest] = text.split(".");
  const isFirst = first === "*" || isLabel(first.startsWith("*-") ? first.slice(2) : first);
  return isFirst && (rest.length === 0 || areLabels(rest));
}

export function isAddress(text: string): boolean {
  return ipaddr.isValid(text) && (text.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(text));
}

export function isAddressOrRange(text: string): boolean {
  return text.includes("/") ? ipaddr.isValidCIDR(text) : isAddress(text);
}

export function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65535;
}

/** Known texts of a list with their places. */
export function* textsOf(list: Value): Iterable<readonly [string, Value]> {
  for (const item of list.items()) {
    const text = item.text();
    if (typeof text === "string") yield [text, item];
  }
}

export function textOf(value: Value): string {
  const text = value.text();
  return typeof text === "string" ? text : "";
}

export function numberOf(value: Value): number | undefined {
  const number = value.number();
  return typeof number === "number" ? number : undefined;
}
