/** The URLs in a text: one, or with commas between them some nodes of one Redis cluster. */
export function splitPubSubUrl(text: string): readonly string[] {
  return text.split(/,(?=rediss?:\/\/)/);
}

/** True for what `openPubSub` can open. */
export function isPubSubUrl(text: string): boolean {
  const urls = splitPubSubUrl(text);
  const schemes = urls.length === 1 ? /^(postgres(ql)?|rediss?):$/ : /^rediss?:$/;
  return urls.every((url) => URL.canParse(url) && schemes.test(new URL(url).protocol));
}
