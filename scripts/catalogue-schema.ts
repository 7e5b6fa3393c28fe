import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogueSchema } from "../components/discovery/catalogue-shape";

/** What `components/discovery/catalogue.schema.json` must hold. */
export function catalogueSchemaText(): string {
  return `${JSON.stringify(catalogueSchema(), null, 2)}\n`;
}

if (require.main === module) {
  const file = join(__dirname, "..", "components", "discovery", "catalogue.schema.json");
  writeFileSync(file, catalogueSchemaText());
  console.log(file);
}
