// Makes the declarations in types/: recall-api.d.ts from the service's OpenAPI document, and those of the public modules of
// src/ from their JSDoc. `npm run types` writes them; with `-- --check`, it says which are out of date.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import ts from "typescript";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DOCUMENT = new URL("../../lambda_src/inference/openapi.json", import.meta.url);
const TYPES = join(HERE, "types");
const PUBLIC = ["index.d.ts", "client.d.ts", "learner.d.ts", "errors.d.ts"]; // the others are for these only
const FEW_VALUES = 10;

/**
 * Write an integer of few values as these: a rating is 1 | 2 | 3 | 4.
 */
function literals({ type, minimum, maximum }) {
  if (type !== "integer" || !(maximum - minimum < FEW_VALUES)) return undefined;
  const values = Array.from({ length: maximum - minimum + 1 }, (_, index) => minimum + index);
  return ts.factory.createUnionTypeNode(
    values.map((value) => ts.factory.createLiteralTypeNode(ts.factory.createNumericLiteral(value))),
  );
}

async function apiTypes() {
  const nodes = await openapiTS(DOCUMENT, {
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    defaultNonNullable: false,
    transform: literals,
  });
  return COMMENT_HEADER + astToString(nodes);
}

function declarations() {
  const folder = mkdtempSync(join(tmpdir(), "recall-types-"));
  try {
    const compiler = createRequire(import.meta.url).resolve("typescript/lib/tsc.js");
    execFileSync(process.execPath, [compiler, "--project", HERE, "--outDir", folder], { stdio: "inherit" });
    return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const checking = process.argv.includes("--check");
function put(name, text) {
  const path = join(TYPES, name);
  if (!checking) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${name} is out of date: npm run types`);
    process.exitCode = 1;
  }
}

put("recall-api.d.ts", await apiTypes());
for (const [name, text] of declarations()) if (PUBLIC.includes(name)) put(name, text);
