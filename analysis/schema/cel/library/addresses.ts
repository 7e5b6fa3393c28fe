import { celFunc, celMethod, CelScalar, mapType, type CelMap } from "@bufbuild/cel";
import ipaddr from "ipaddr.js";
import { parseAddress, parseNetwork, type Address, type Network } from "../../addresses";

const { BOOL, INT, STRING } = CelScalar;
/** As for URLs: an address or a network is a map that no rule reads directly. */
const ADDRESS = mapType(STRING, STRING);

function needAddress(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${JSON.stringify(text)} is not an IP address`);
  return address;
}

function needNetwork(text: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) throw new Error(`${JSON.stringify(text)} is not a network in CIDR notation`);
  return network;
}

const addressValue = (address: Address): Map<string, string> => new Map([["ip", canonical(address)]]);
const networkValue = ({ address, bits }: Network): Map<string, string> =>
  new Map([["cidr", `${canonical(address)}/${bits}`]]);

/** RFC 5952 for IPv6. */
function canonical(address: Address): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function text(value: CelMap, kind: "ip" | "cidr"): string {
  const found = value.get(kind);
  if (typeof found !== "string")
    throw new Error(`no such overload: not ${kind === "ip" ? "an address" : "a network"}`);
  return found;
}

const addressOf = (value: CelMap): Address => needAddress(text(value, "ip"));
const networkOf = (value: CelMap): Network => needNetwork(text(value, "cidr"));

function prefix(address: Address, bits: number): string {
  return address
    .toByteArray()
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("")
    .slice(0, bits);
}

function contains({ address, bits }: Network, other: Address): boolean {
  return address.kind() === other.kind() && prefix(address, bits) === prefix(other, bits);
}

function containsNetwork(network: Network, other: Network): boolean {
  return network.bits <= other.bits && contains(network, other.address);
}

function masked({ address, bits }: Network): Network {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return { address: ipaddr.fromByteArray(bytes), bits };
}

function isInRange(address: Address, ...ranges: readonly string[]): boolean {
  return ranges.some((range) => contains(needNetwork(range), address));
}

const isUnspecified = (address: Address): boolean => isInRange(address, "0.0.0.0/32", "::/128");
const isLoopback = (address: Address): boolean => isInRange(address, "127.0.0.0/8", "::1/128");
const isMulticast = (address: Address): boolean => isInRange(address, "224.0.0.0/4", "ff00::/8");
const isLinkLocal = (address: Address): boolean => isInRange(address, "169.254.0.0/16", "fe80::/10");
/** The second hexadecimal digit of an IPv6 multicast address holds flags, which do not count. */
const isLinkLocalMulticast = (address: Address): boolean =>
  address instanceof ipaddr.IPv6
    ? ((address.parts[0] ?? 0) & 0xff0f) === 0xff02
    : isInRange(address, "224.0.0.0/24");
const isBroadcast = (address: Address): boolean => isInRange(address, "255.255.255.255/32");

/** Kubernetes' libraries for addresses and networks. */
export const addresses = [
  celFunc("isIP", [STRING], BOOL, (value) => parseAddress(value) !== undefined),
  celFunc("ip", [STRING], ADDRESS, (value) => addressValue(needAddress(value))),
  celFunc("ip.isCanonical", [STRING], BOOL, (value) => canonical(needAddress(value)) === value),
  celMethod("family", ADDRESS, [], INT, function () {
    return addressOf(this).kind() === "ipv4" ? 4n : 6n;
  }),
  celMethod("isUnspecified", ADDRESS, [], BOOL, function () {
    return isUnspecified(addressOf(this));
  }),
  celMethod("isLoopback", ADDRESS, [], BOOL, function () {
    return isLoopback(addressOf(this));
  }),
  celMethod("isLinkLocalMulticast", ADDRESS, [], BOOL, function () {
    return isLinkLocalMulticast(addressOf(this));
  }),
  celMethod("isLinkLocalUnicast", ADDRESS, [], BOOL, function () {
    return isLinkLocal(addressOf(this));
  }),
  celMethod("isGlobalUnicast", ADDRESS, [], BOOL, function () {
    const address = addressOf(this);
    return ![isUnspecified, isLoopback, isMulticast, isLinkLocal, isBroadcast].some((test) => test(address));
  }),
  celFunc("isCIDR", [STRING], BOOL, (value) => parseNetwork(value) !== undefined),
  celFunc("cidr", [STRING], ADDRESS, (value) => networkValue(needNetwork(value))),
  celMethod("containsIP", ADDRESS, [STRING], BOOL, function (other) {
    return contains(networkOf(this), needAddress(other));
  }),
  celMethod("containsIP", ADDRESS, [ADDRESS], BOOL, function (other) {
    return contains(networkOf(this), addressOf(other));
  }),
  celMethod("containsCIDR", ADDRESS, [STRING], BOOL, function (other) {
    return containsNetwork(networkOf(this), needNetwork(other));
  }),
  celMethod("containsCIDR", ADDRESS, [ADDRESS], BOOL, function (other) {
    return containsNetwork(networkOf(this), networkOf(other));
  }),
  celMethod("ip", ADDRESS, [], ADDRESS, function () {
    return addressValue(networkOf(this).address);
  }),
  celMethod("masked", ADDRESS, [], ADDRESS, function () {
    return networkValue(masked(networkOf(this)));
  }),
  celMethod("prefixLength", ADDRESS, [], INT, function () {
    return BigInt(networkOf(this).bits);
  }),
  celFunc("string", [ADDRESS], STRING, (value) => {
    const found = value.get("ip") ?? value.get("cidr");
    if (typeof found !== "string") throw new Error("no such overload: string(map)");
    return found;
  }),
];
