import type { JwtIntent } from "../intent/intent";
import { serviceChosen } from "./ambient";
import type { Compiled } from "./compiled";
import type { Context } from "./context";
import { authenticationOf } from "./names";
import { chosenBy } from "./selection";
import type { RequestAuthenticationJwtRule, RequestAuthenticationManifest } from "./types";

/** Whose tokens are read where. That one is demanded, an AuthorizationPolicy says. */
export function compileRequestAuthentications(context: Context): Compiled<RequestAuthenticationManifest>[] {
  return context.intent.authentications.map(({ at, jwt }) => {
    const service = at.kind === "service" ? context.service(at.name) : undefined;
    const gateway = service === undefined ? context.gateway(at.name) : undefined;
    return {
      source: service ? { kind: "service", service: service.key } : { kind: "gateway", gateway: at.name },
      manifest: {
        apiVersion: "security.istio.io/v1",
        kind: "RequestAuthentication",
        metadata: context.metadata(
          authenticationOf(at.kind, service?.name ?? at.name),
          service?.namespace ?? gateway?.namespace ?? context.rootNamespace,
        ),
        spec: {
          ...(service === undefined ? gateway && chosenBy(gateway) : serviceChosen(context, service)),
          jwtRules: jwt.map(jwtRule),
        },
      },
    };
  });
}

function jwtRule(jwt: JwtIntent): RequestAuthenticationJwtRule {
  const { issuer, audiences, jwks, jwksUri, fromHeaders, fromParams, fromCookies, payloadToHeader } = jwt;
  return {
    issuer,
    audiences,
    ...(jwksUri !== undefined && { jwksUri }),
    ...(jwks !== undefined && { jwks }),
    ...(fromHeaders.length > 0 && { fromHeaders }),
    ...(fromParams.length > 0 && { fromParams }),
    ...(fromCookies.length > 0 && { fromCookies }),
    ...(jwt.forward && { forwardOriginalToken: true }),
    ...(payloadToHeader !== undefined && { outputPayloadToHeader: payloadToHeader }),
    ...(jwt.claimToHeaders.length > 0 && { outputClaimToHeaders: jwt.claimToHeaders }),
  };
}
