import ipaddr from "ipaddr.js";
import { isDnsLabel, isHost, isLabelKey, isLabelValue } from "../dns";
import { isLocality } from "../locality";
import type { EndpointIntent, PortIntent } from "../intent";
import { show } from "../show";
import { type Read, shapes } from "./shape";

const { anyText, object, record, text, whole } = shapes("intent/external-address");

/** Where one workload is: an address, a name or a socket. */
export const address: Read<string> = text(
  (value) => isAddress(value) || isHost(value) || /^unix:\/\/\/\S+$/.test(value),
  "an IP address, a host name, or unix:///path of a socket",
);

/** What is known of one workload that the cluster does not run; its ports are some of those that are given. */
export function endpointReader(ports?: readonly PortIntent[]): Read<EndpointIntent> {
  const known = (name: string): boolean =>
    ports === undefined ? isDnsLabel(name) : ports.some((port) => port.name === name);
  const names =
    ports === undefined ? "names of ports" : `ports of the host: ${ports.map(({ name }) => name).join(", ")}`;
  return object(
    {
      address,
      ports: record(whole(1, 65535), names, known),
      labels: record(text(isLabelValue, "a label value"), "Kubernetes labels", isLabelKey, "a label key"),
      network: anyText,
      locality: text(
        (value) => isLocality(value) && !value.includes("*"),
        "a locality such as region/zone/subzone",
      ),
      weight: whole(1),
      serviceAccount: text(isDnsLabel, "the name of a service account"),
    },
    {},
    ({ address: where, network, ports: given }, report) => {
      if (where === undefined && network === undefined) {
        report("address", {
          message: "is missing, and no network says where the workload is",
          expected: "an address or a network",
          fix: "add one",
        });
      }
      if (where?.startsWith("unix://") && given !== undefined) {
        report("ports", {
          message: "says nothing of a socket",
          got: `ports beside address ${show(where)}`,
          expected: "ports beside an IP address or a host name",
          fix: "remove ports",
        });
      }
    },
  );
}

/** An IP address in its usual notation; the library also takes `10` and `0x7f.1` for IPv4. */
export function isAddress(value: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(value) || ipaddr.IPv6.isValid(value);
}

/** An IP address, or a range in CIDR notation. */
export function isAddressOrRange(value: string): boolean {
  return isAddress(value) || (ipaddr.isValidCIDR(value) && isAddress(value.slice(0, value.lastIndexOf("/"))));
}
