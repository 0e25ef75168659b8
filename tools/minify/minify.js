// Makes attribution.min.js anew. Its first line has the hash of its source, by which a test knows them together.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';

const folder = new URL('../../src/OrderFunctions.Core/Endpoints/Pages/', import.meta.url);
const source = readFileSync(new URL('attribution.js', folder), 'utf8').replaceAll('\r\n', '\n');
const hash = createHash('sha256').update(source).digest('hex');
const { code } = await minify(source, { format: { preamble: `/* attribution.js ${hash} */` } });
writeFileSync(new URL('attribution.min.js', folder), code);
