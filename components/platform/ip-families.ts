import type { InputProblem } from "../intent/problem";
import { choiceProblems } from "./problems";

/** Addresses that a Service has where the cluster has both kinds. */
export const IpFamilyPolicy = {
  SingleStack: "SingleStack",
  PreferDualStack: "PreferDualStack",
  RequireDualStack: "RequireDualStack",
} as const;
export type IpFamilyPolicy = (typeof IpFamilyPolicy)[keyof typeof IpFamilyPolicy];

/** What decides about the addresses of a Service. */
export interface IpFamilyArgs {
  /** @default the cluster's choice */
  ipFamilyPolicy?: IpFamilyPolicy;
  /** Families of addresses, `"IPv4"` and `"IPv6"`, the first one first. @default the cluster's choice */
  ipFamilies?: string[];
}

/** Problems of the arguments about families of addresses. */
export function ipFamilyProblems({ ipFamilies = [], ipFamilyPolicy }: IpFamilyArgs): InputProblem[] {
  return [
    ...choiceProblems("ipFamilyPolicy", ipFamilyPolicy, Object.values(IpFamilyPolicy)),
    ...ipFamilies.flatMap((family, index) =>
      choiceProblems(`ipFamilies[${index}]`, family, ["IPv4", "IPv6"]),
    ),
  ];
}

/** The part of a Service that says which addresses it has; nothing for what is not asked for. */
export function ipFamiliesOf({ ipFamilies, ipFamilyPolicy }: IpFamilyArgs): IpFamilyArgs {
  return {
    ...(ipFamilies === undefined ? {} : { ipFamilies: [...ipFamilies] }),
    ...(ipFamilyPolicy === undefined ? {} : { ipFamilyPolicy }),
  };
}
