/** One block of a PEM text. */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY` … */
  readonly label: string;
  readonly der: Buffer;
}

/** The first block of a PEM text (RFC 7468); undefined when there is none. What surrounds it is ignored. */
export function decodePem(text: string): PemBlock | undefined {
  const match = /-----BEGIN ([^-\r\n]+)-----\r?\n([A-Za-z0-9+/=\s]*)-----END \1-----/.exec(text);
  const [, label, body] = match ?? [];
  if (label === undefined || body === undefined) return undefined;
  const der = Buffer.from(body, "base64");
  return der.length === 0 ? undefined : { label, der };
}

/** A PEM text: lines of 64 characters, a line end last. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
