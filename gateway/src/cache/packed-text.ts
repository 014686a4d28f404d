import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';

export interface PackingSettings {
  /** Longer texts are compressed. */
  readonly compressOverBytes: number;
  /** Longer texts are not kept. */
  readonly textBytesMax: number;
}

const [deflateAsync, inflateAsync] = [promisify(deflate), promisify(inflate)];
/** Of UTF-8, for one of UTF-16. */
const characterBytesMax = 3;
/** The quickest: what is kept is read soon or never. */
const compressionLevel = 1;
/** Begins what is not the text itself; a text that begins so gets one more. */
const mark = '\u0001';

/**
 * What a store keeps for a text: most often the text itself, which costs nothing. Undefined when it is
 * too long to be kept. Compresses in another thread, to text again: stores are quicker with strings.
 */
export function packText(
  text: string,
  { compressOverBytes, textBytesMax }: PackingSettings,
): string | Promise<string> | undefined {
  // What is short by any count need not be counted.
  if (text.length * characterBytesMax > Math.min(compressOverBytes, textBytesMax)) {
    const bytes = Buffer.byteLength(text);
    if (bytes > textBytesMax) return undefined;
    if (bytes > compressOverBytes) return compress(text);
  }
  return text.startsWith(mark) ? mark + text : text;
}

/** The text; undefined for what is damaged or too long. */
export function unpackText(
  packed: string,
  { textBytesMax }: PackingSettings,
): string | Promise<string | undefined> | undefined {
  if (!packed.startsWith(mark)) return packed;
  const content = packed.slice(mark.length);
  return content.startsWith(mark) ? content : decompress(content, textBytesMax);
}

async function compress(text: string): Promise<string> {
  const compressed = await deflateAsync(text, { level: compressionLevel });
  return mark + compressed.toString('base64');
}

async function decompress(content: string, textBytesMax: number): Promise<string | undefined> {
  try {
    const compressed = Buffer.from(content, 'base64');
    return String(await inflateAsync(compressed, { maxOutputLength: textBytesMax }));
  } catch {
    return undefined; // a cache that has nothing
  }
}
