/** Anything but what JSON holds between quotes as it is; surrogates may be alone, and then are not. */
const escaped = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** A string as JSON text. Most strings need quotes alone, and looking is cheaper than escaping. */
export function quoteJson(text: string): string {
  return escaped.test(text) ? JSON.stringify(text) : `"${text}"`;
}
