/** Where something runs: `region`, `region/zone` or `region/zone/subzone`; `*` stands for any at the end. */
export type Locality = string;

/** Whether a text is a locality: one to three parts, none of them empty, a star only as the last. */
export function isLocality(text: string): boolean {
  const parts = text.split("/");
  return (
    parts.length <= 3 &&
    parts.every(
      (part, index) =>
        part !== "" &&
        !/\s/.test(part) &&
        (!part.includes("*") || (part === "*" && index === parts.length - 1)),
    )
  );
}
