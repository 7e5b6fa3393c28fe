import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Dotted decimal without leading zeros, or IPv6 without a zone. */
function parseAnyAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return /(^|\.)0\d/.test(text) ? undefined : ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) && !text.includes("%") ? ipaddr.IPv6.parse(text) : undefined;
}

/** As `parseAnyAddress`, but not an IPv4 address in the guise of IPv6. */
export function parseAddress(text: string): Address | undefined {
  const address = parseAnyAddress(text);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? undefined : address;
}

export interface Network {
  readonly address: Address;
  readonly bits: number;
}

export function parseNetwork(text: string, parse = parseAddress): Network | undefined {
  const [, host = "", digits = ""] = /^(.*)\/(0|[1-9]\d*)$/s.exec(text) ?? [];
  const address = parse(host);
  const bits = Number(digits);
  if (address === undefined || digits === "" || bits > address.toByteArray().length * 8) return undefined;
  return { address, bits };
}

/** Whether a text is an address for the formats `ipv4` and `ipv6`, which are laxer than `isIP`. */
export function isAnyAddress(value: string): boolean {
  return parseAnyAddress(value) !== undefined;
}

/** Whether a text is a network for the format `cidr`. */
export function isAnyNetwork(value: string): boolean {
  return parseNetwork(value, parseAnyAddress) !== undefined;
}
