/** A colour in both schemes. */
interface Colour {
  readonly light: string;
  readonly dark: string;
}

const colour = (light: string, dark: string): Colour => ({ light, dark });

/** Colours by the name under which style sheets ask for them: `var(--ink)`. */
export const PALETTE: Readonly<Record<string, Colour>> = {
  bg: colour("#f7f8fb", "#10131a"),
  panel: colour("#ffffff", "#191e29"),
  ink: colour("#1b2130", "#e8ebf2"),
  soft: colour("#566074", "#a3adbf"),
  line: colour("#c6cdda", "#414b5e"),
  frame: colour("#eef1f7", "#171c26"),
  service: colour("#ffffff", "#232a38"),
  gateway: colour("#e3edff", "#1b2f55"),
  external: colour("#fff3dd", "#3b3019"),
  namespace: colour("#ffffff", "#232a38"),
  callers: colour("#f3eefc", "#2d2543"),
  route: colour("#2563d6", "#7aabff"),
  allow: colour("#1f7f4c", "#5fca92"),
  deny: colour("#c22f26", "#ff8379"),
  bad: colour("#c22f26", "#ff8379"),
  warn: colour("#a8660a", "#f0b95a"),
  accent: colour("#2563d6", "#7aabff"),
  "badge-ink": colour("#ffffff", "#10131a"),
};

type Scheme = keyof Colour;

const variables = (scheme: Scheme): string =>
  Object.entries(PALETTE)
    .map(([name, { [scheme]: value }]) => `--${name}:${value};`)
    .join("");

/** The colours of a page: those of the reader's system, unless `data-theme` says otherwise. */
export const PAGE_COLOURS = [
  `:root{color-scheme:light dark;${variables("light")}}`,
  `@media (prefers-color-scheme:dark){:root:not([data-theme="light"]){${variables("dark")}}}`,
  `:root[data-theme="dark"]{color-scheme:dark;${variables("dark")}}`,
  ':root[data-theme="light"]{color-scheme:light}',
].join("");

/**
 * Rules of a picture by itself, with the colours in their places: what shows files of SVG outside a browser knows no
 * variables. The dark ones follow for those that ask which scheme is wanted.
 *
 * @param css without comments and line ends, rules side by side
 */
export function withColours(css: string): string {
  const rules = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector = "", body = ""]) => ({
    selector,
    declarations: body.split(";").filter((each) => each !== ""),
  }));
  const render = (scheme: Scheme, isShown: (declaration: string) => boolean): string =>
    rules
      .map(({ selector, declarations }) => ({ selector, declarations: declarations.filter(isShown) }))
      .filter(({ declarations }) => declarations.length > 0)
      .map(({ selector, declarations }) => `${selector}{${declarations.join(";")}}`)
      .join("")
      .replace(/var\(--([\w-]+)\)/g, (whole, name: string) => PALETTE[name]?.[scheme] ?? whole);
  const dark = render("dark", (declaration) => declaration.includes("var("));
  return `${render("light", () => true)}@media (prefers-color-scheme:dark){${dark}}`;
}
