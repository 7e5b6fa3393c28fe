import { isFilled, isKnown } from "./fields";
import { isPort } from "./names";
import { refuse, type AdmissionCheck } from "./problem";
import { checkSelector } from "./shared";

export const checkPeerAuthentication: AdmissionCheck = function* ({ spec }) {
  const selector = spec.get("selector");
  yield* checkSelector(selector, "matchLabels");
  const ports = spec.get("portLevelMtls");
  if (!isKnown(ports)) return;
  if (isFilled(ports) && ports.entries().length === 0) yield refuse(ports.path, "it names no port");
  for (const [port, value] of ports.entries())
    if (!isPort(Number(port))) yield refuse(value.path, `${JSON.stringify(port)} is no port number`);
};
