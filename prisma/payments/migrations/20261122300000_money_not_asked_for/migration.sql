-- Money that nobody asked for: a wrong amount or currency, or a second payment at the provider.
ALTER TYPE "payment_failure_reason" ADD VALUE 'WRONG_AMOUNT';
ALTER TYPE "refund_reason" ADD VALUE 'WRONG_AMOUNT';
ALTER TYPE "refund_reason" ADD VALUE 'CHARGED_TWICE';

ALTER TABLE "refunds" ADD COLUMN "provider_payment_id" TEXT;
UPDATE refunds SET provider_payment_id = payments.provider_reference
FROM payments WHERE payments.id = refunds.payment_id AND refunds.is_stray;

-- Stray money goes back once for each payment that the provider made of ours.
DROP INDEX refunds_one_stray_per_payment;
CREATE UNIQUE INDEX refunds_one_stray_per_provider_payment ON refunds (provider_payment_id)
  WHERE is_stray AND status <> 'FAILED';
ALTER TABLE refunds ADD CONSTRAINT refunds_stray_has_its_payment
  CHECK (NOT is_stray OR provider_payment_id IS NOT NULL);
