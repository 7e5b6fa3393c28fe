import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { istioCrds } from "../../components/resources/crds/istio";
import { measure } from "./measure";
import { everyObject } from "./programs";
import { renderCoverage } from "./render";

/** What `docs/coverage.md` must say. */
export function coverageDocument(): string {
  return renderCoverage(measure(everyObject()), istioCrds.source.version);
}

if (require.main === module) {
  const file = join(__dirname, "..", "..", "docs", "coverage.md");
  writeFileSync(file, coverageDocument());
  console.log(file);
}
