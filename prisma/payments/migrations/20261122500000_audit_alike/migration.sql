-- The audit is alike in every subgraph: what was changed has a type, actions say what happened.
ALTER TABLE audit_entries RENAME COLUMN subject_id TO entity_id;
ALTER TABLE audit_entries ALTER COLUMN entity_id TYPE TEXT;
ALTER INDEX audit_entries_subject_id_id_idx RENAME TO audit_entries_entity_id_id_idx;
ALTER TABLE audit_entries ADD COLUMN entity_type TEXT;
ALTER TABLE audit_entries ALTER COLUMN created_at DROP DEFAULT;
UPDATE audit_entries SET action = renamed.to_action, entity_type = renamed.entity_type,
  entity_id = coalesce(entity_id, after ->> 'queue')
FROM (VALUES
  ('payOrder', 'payment.begun', 'Payment'),
  ('payPaymentLink', 'payment.begun', 'Payment'),
  ('cancelPayment', 'payment.cancel_requested', 'Payment'),
  ('refundPayment', 'payment.refund_requested', 'Payment'),
  ('payment.wrongAmount', 'payment.wrong_amount', 'Payment'),
  ('refund.stray', 'payment.stray_refunded', 'Payment'),
  ('refund.failed', 'refund.failed', 'Refund'),
  ('retryRefund', 'refund.retried', 'Refund'),
  ('recordRefundHandover', 'refund.handed_over', 'Refund'),
  ('createPaymentLink', 'payment_link.created', 'PaymentLink'),
  ('cancelPaymentLink', 'payment_link.cancelled', 'PaymentLink'),
  ('recordBoxOfficePayments', 'order.paid_over_counter', 'Order'),
  ('setClientCreditLimit', 'client_credit.limit_set', 'ClientCreditAccount'),
  ('recordClientCreditPayment', 'client_credit.payment_recorded', 'ClientCreditAccount'),
  ('deadLetters.replay', 'dead_letters.replayed', 'DeadLetters'),
  ('deadLetters.discard', 'dead_letters.discarded', 'DeadLetters')
) AS renamed (from_action, to_action, entity_type) WHERE action = renamed.from_action;
ALTER TABLE audit_entries ALTER COLUMN entity_type SET NOT NULL;
ALTER TABLE audit_entries ALTER COLUMN entity_id SET NOT NULL;

-- What was written about who did what stays as it was.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are never changed or deleted';
END $$;
CREATE TRIGGER audit_entries_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
