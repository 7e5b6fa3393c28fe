import { parseRequestUrl, type RequestUrl } from "../schema/request-url";

/** A URL as istiod reads it: unlike an API server it wants brackets around an IPv6 address. */
export function parseUrl(text: string): RequestUrl | undefined {
  const url = parseRequestUrl(text);
  return url !== undefined && url.hostname.includes(":") && !url.host.startsWith("[") ? undefined : url;
}
