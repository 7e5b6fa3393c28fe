import { gunzipSync } from "node:zlib";

/** A page with what is packed in it, as a browser reads it; other formats as they are. */
export function readable(text: string): string {
  return text.replace(
    /(<script type="application\/gzip" id="packed">)([^<]*)/,
    (_, start: string, base64: string) => start + gunzipSync(Buffer.from(base64, "base64")).toString("utf8"),
  );
}
