/**
 * The two tables that a subgraph's own database needs, for a migration to copy as they stand; the
 * README beside this folder has the same as Prisma models. `outbox_message` holds what is to be
 * published, written in the transaction that it tells of. `inbox_message` holds which messages a
 * queue of this subgraph has handled.
 */
export const outboxTablesSql = `CREATE TABLE outbox_message (
  position       bigserial PRIMARY KEY,
  id             uuid NOT NULL,
  type           text NOT NULL,
  message        jsonb NOT NULL,
  attempts       integer NOT NULL DEFAULT 0,
  last_error     text,
  created_at     timestamptz(6) NOT NULL DEFAULT now(),
  next_try_at    timestamptz(6) NOT NULL DEFAULT now(),
  sent_at        timestamptz(6)
);
CREATE INDEX outbox_message_unsent ON outbox_message (position) WHERE sent_at IS NULL;
CREATE INDEX outbox_message_sent ON outbox_message (sent_at) WHERE sent_at IS NOT NULL;

CREATE TABLE inbox_message (
  queue          text NOT NULL,
  message_id     uuid NOT NULL,
  handled_at     timestamptz(6) NOT NULL DEFAULT now(),
  PRIMARY KEY (queue, message_id)
);
CREATE INDEX inbox_message_handled ON inbox_message (handled_at);
`;

/** Wakes the relays of a database when a transaction that wrote to its outbox commits. */
export const outboxChannel = 'plaza_outbox';
