/** What happens to a payment with a card, from the first call to the refund. */
export interface CardScript {
  readonly brand: 'visa' | 'mastercard';
  readonly last4: string;
  /** The cardholder must approve on the challenge page first. */
  readonly isChallenged: boolean;
  readonly end: 'captured' | 'declined';
  /** Why it is declined; null when it is captured. */
  readonly declineCode: string | null;
  /** When it ends: within the call, after the capture delay, or after the late capture delay. */
  readonly settles: 'at_once' | 'after_delay' | 'late';
  /**
   * How the call that creates the payment is answered the first time. `hang` and `reset` come after
   * the payment exists; `never_received` hangs and no payment ever exists.
   */
  readonly answer: 'prompt' | 'slow' | 'hang' | 'reset' | 'never_received';
  /** How refunds end; `fails_twice` lets the third of a payment succeed. */
  readonly refund: 'succeeds' | 'succeeds_late' | 'fails_late' | 'fails_twice';
  /** What is captured: what was asked for, or in the provider's error another amount or currency. */
  readonly captures: 'what_was_asked' | 'half' | 'double' | 'dollars';
  /** In the provider's error one call makes two payments of the same reference. */
  readonly isMadeTwice: boolean;
}

const visa: CardScript = {
  brand: 'visa',
  last4: '4242',
  isChallenged: false,
  end: 'captured',
  declineCode: null,
  settles: 'after_delay',
  answer: 'prompt',
  refund: 'succeeds',
  captures: 'what_was_asked',
  isMadeTwice: false,
};

function declined(declineCode: string, last4: string): CardScript {
  return { ...visa, last4, end: 'declined', declineCode, settles: 'at_once' };
}

const scripts = {
  tok_visa: visa,
  tok_mastercard: { ...visa, brand: 'mastercard', last4: '4444' },
  tok_instant: { ...visa, settles: 'at_once', last4: '0077' },
  tok_capture_late: { ...visa, settles: 'late', last4: '0085' },
  tok_declined: declined('card_declined', '0002'),
  tok_insufficient_funds: declined('insufficient_funds', '9995'),
  tok_expired_card: declined('expired_card', '0069'),
  tok_declined_late: { ...declined('card_declined', '0119'), settles: 'after_delay' },
  tok_challenge: { ...visa, isChallenged: true, last4: '3220' },
  tok_challenge_declined: {
    ...declined('card_declined', '3063'),
    isChallenged: true,
    settles: 'after_delay',
  },
  tok_slow: { ...visa, answer: 'slow', last4: '1000' },
  tok_timeout_then_captured: { ...visa, answer: 'hang', last4: '1018' },
  tok_reset_then_captured: { ...visa, answer: 'reset', last4: '1026' },
  tok_timeout_not_received: { ...visa, answer: 'never_received', last4: '1034' },
  tok_refund_pending: { ...visa, refund: 'succeeds_late', last4: '7726' },
  tok_refund_fails: { ...visa, refund: 'fails_late', last4: '5126' },
  tok_refund_fails_twice: { ...visa, refund: 'fails_twice', last4: '5127' },
  tok_captures_half: { ...visa, captures: 'half', last4: '6001' },
  tok_captures_double: { ...visa, captures: 'double', last4: '6002' },
  tok_captures_dollars: { ...visa, captures: 'dollars', last4: '6003' },
  tok_made_twice: { ...visa, isMadeTwice: true, last4: '6011' },
  tok_charged_twice: { ...visa, isMadeTwice: true, settles: 'at_once', last4: '6012' },
} as const satisfies Readonly<Record<string, CardScript>>;

export type CardToken = keyof typeof scripts;

/** Every card token that the sandbox knows. */
export const cardTokens = Object.keys(scripts) as readonly CardToken[];

/** The script of a card token. */
export function cardScript(token: CardToken): CardScript {
  return scripts[token];
}
