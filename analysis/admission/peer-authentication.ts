import { isFilled, isKnown } from "./fields";
import { isPort } from "./names";
import type { AdmissionCheck } from "./problem";
import { checkSelector } from "./shared";

export const checkPeerAuthentication: AdmissionCheck = (problems, { spec }) => {
  const selector = spec.get("selector");
  checkSelector(problems, selector, "matchLabels");
  const ports = spec.get("portLevelMtls");
  if (!isKnown(ports)) return;
  if (isFilled(ports) && ports.entries().length === 0) problems.refuse(ports.path, "it names no port");
  for (const [port, value] of ports.entries())
    if (!isPort(Number(port))) problems.refuse(value.path, `${JSON.stringify(port)} is no port number`);
};
