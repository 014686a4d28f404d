-- CreateEnum
CREATE TYPE "provider_state" AS ENUM ('SENDING', 'UNKNOWN', 'CHALLENGE', 'PROCESSING', 'SETTLED');

-- CreateEnum
CREATE TYPE "payment_failure_reason" AS ENUM ('DECLINED', 'INSUFFICIENT_FUNDS', 'CHALLENGE_FAILED', 'CANCELLED', 'EXPIRED', 'PROVIDER_UNAVAILABLE');

-- CreateEnum
CREATE TYPE "payable_order_status" AS ENUM ('PAYABLE', 'PAID', 'CANCELLED');

-- CreateEnum
CREATE TYPE "sales_channel" AS ENUM ('ONLINE', 'BOX_OFFICE');

-- CreateEnum
CREATE TYPE "refund_status" AS ENUM ('REQUESTED', 'PENDING', 'SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "refund_reason" AS ENUM ('ORDER_CANCELLED', 'SCHEDULE_CANCELLED', 'LATE_PAYMENT', 'BUYER', 'STAFF');

-- CreateEnum
CREATE TYPE "payment_link_status" AS ENUM ('PENDING', 'PAID', 'EXPIRED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "credit_transaction_kind" AS ENUM ('DRAWDOWN', 'PAYMENT', 'REVERSAL');

-- AlterTable
ALTER TABLE "payments" ADD COLUMN     "cancel_requested_at" TIMESTAMPTZ(3),
ADD COLUMN     "challenge_expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "challenge_url" TEXT,
ADD COLUMN     "change_minor" INTEGER,
ADD COLUMN     "checks" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "credit_account_id" UUID,
ADD COLUMN     "exchange_rate_milli" INTEGER,
ADD COLUMN     "failure_code" TEXT,
ADD COLUMN     "failure_reason" "payment_failure_reason",
ADD COLUMN     "next_check_at" TIMESTAMPTZ(3),
ADD COLUMN     "payment_link_id" UUID,
ADD COLUMN     "provider_state" "provider_state",
ADD COLUMN     "provider_updated_at" TIMESTAMPTZ(3),
ADD COLUMN     "received_currency" "currency",
ADD COLUMN     "received_minor" INTEGER,
ADD COLUMN     "refund_reserved_minor" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "refunded_minor" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "seller_id" UUID,
ADD COLUMN     "slip_reference" TEXT,
ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "payable_orders" (
    "order_id" UUID NOT NULL,
    "status" "payable_order_status" NOT NULL,
    "reference" TEXT,
    "buyer_id" UUID,
    "seller_id" UUID,
    "channel" "sales_channel",
    "total_minor" INTEGER,
    "currency" "currency",
    "payable_until" TIMESTAMPTZ(3),
    "correlation_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payable_orders_pkey" PRIMARY KEY ("order_id")
);

-- CreateTable
CREATE TABLE "refunds" (
    "id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "status" "refund_status" NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "currency" "currency" NOT NULL,
    "reason" "refund_reason" NOT NULL,
    "is_stray" BOOLEAN NOT NULL DEFAULT false,
    "refund_request_id" UUID,
    "requested_by" UUID,
    "provider_refund_id" TEXT,
    "failure_code" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refund_requests" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "amount_minor" INTEGER,
    "reason" "refund_reason" NOT NULL,
    "granted_minor" INTEGER NOT NULL,
    "requested_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "refund_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_links" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "order_id" UUID NOT NULL,
    "status" "payment_link_status" NOT NULL,
    "activates_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_links_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "client_credit_accounts" (
    "id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "limit_minor" INTEGER NOT NULL,
    "balance_minor" INTEGER NOT NULL DEFAULT 0,
    "currency" "currency" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "client_credit_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "client_credit_transactions" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "kind" "credit_transaction_kind" NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "balance_after_minor" INTEGER NOT NULL,
    "payment_id" UUID,
    "refund_id" UUID,
    "recorded_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "client_credit_transactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "owner" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("owner","key")
);

-- CreateTable
CREATE TABLE "provider_events" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" UUID NOT NULL,
    "actor_id" UUID,
    "action" TEXT NOT NULL,
    "subject_id" UUID,
    "before" JSONB,
    "after" JSONB,
    "request_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_message" (
    "position" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "message" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_try_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(6),

    CONSTRAINT "outbox_message_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "inbox_message" (
    "queue" TEXT NOT NULL,
    "message_id" UUID NOT NULL,
    "handled_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_message_pkey" PRIMARY KEY ("queue","message_id")
);

-- CreateIndex
CREATE INDEX "refunds_payment_id_id_idx" ON "refunds"("payment_id", "id");

-- CreateIndex
CREATE INDEX "refunds_order_id_id_idx" ON "refunds"("order_id", "id");

-- CreateIndex
CREATE INDEX "refunds_refund_request_id_idx" ON "refunds"("refund_request_id");

-- CreateIndex
CREATE INDEX "refund_requests_order_id_idx" ON "refund_requests"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_links_code_key" ON "payment_links"("code");

-- CreateIndex
CREATE INDEX "payment_links_order_id_idx" ON "payment_links"("order_id");

-- CreateIndex
CREATE INDEX "payment_links_status_expires_at_idx" ON "payment_links"("status", "expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "client_credit_accounts_client_id_key" ON "client_credit_accounts"("client_id");

-- CreateIndex
CREATE INDEX "client_credit_transactions_account_id_id_idx" ON "client_credit_transactions"("account_id", "id");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "provider_events_handled_at_idx" ON "provider_events"("handled_at");

-- CreateIndex
CREATE INDEX "audit_entries_subject_id_id_idx" ON "audit_entries"("subject_id", "id");

-- CreateIndex
CREATE INDEX "audit_entries_actor_id_id_idx" ON "audit_entries"("actor_id", "id");

-- CreateIndex
CREATE INDEX "inbox_message_handled" ON "inbox_message"("handled_at");

-- CreateIndex
CREATE INDEX "payments_credit_account_id_idx" ON "payments"("credit_account_id");

-- CreateIndex
CREATE INDEX "payments_payment_link_id_idx" ON "payments"("payment_link_id");

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_credit_account_id_fkey" FOREIGN KEY ("credit_account_id") REFERENCES "client_credit_accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_payment_link_id_fkey" FOREIGN KEY ("payment_link_id") REFERENCES "payment_links"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "client_credit_transactions" ADD CONSTRAINT "client_credit_transactions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "client_credit_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;




-- What the relay of the outbox looks for.
CREATE INDEX outbox_message_unsent ON outbox_message (position) WHERE sent_at IS NULL;
CREATE INDEX outbox_message_sent ON outbox_message (sent_at) WHERE sent_at IS NOT NULL;

-- What the jobs look for.
CREATE INDEX payments_to_check ON payments (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX refunds_to_try ON refunds (next_try_at) WHERE next_try_at IS NOT NULL;

-- One attempt at a time: the next one waits for the end of the one before.
CREATE UNIQUE INDEX payments_one_open_per_order ON payments (order_id) WHERE status = 'PENDING';
-- One link at a time.
CREATE UNIQUE INDEX payment_links_one_open_per_order ON payment_links (order_id) WHERE status = 'PENDING';
-- Money that came too late goes back once.
CREATE UNIQUE INDEX refunds_one_stray_per_payment ON refunds (payment_id) WHERE is_stray AND status <> 'FAILED';

-- Never more goes back than came in.
ALTER TABLE payments ADD CONSTRAINT payments_refunds_within_amount
  CHECK (0 <= refunded_minor AND refunded_minor <= refund_reserved_minor AND refund_reserved_minor <= amount_minor);
ALTER TABLE payments ADD CONSTRAINT payments_refunded_in_full
  CHECK (status <> 'REFUNDED' OR refunded_minor = amount_minor);
ALTER TABLE payments ADD CONSTRAINT payments_refunds_need_capture
  CHECK (refund_reserved_minor = 0 OR status IN ('CAPTURED', 'REFUNDED'));
ALTER TABLE refunds ADD CONSTRAINT refunds_amount_positive CHECK (amount_minor > 0);
ALTER TABLE refunds ADD CONSTRAINT refunds_settled_has_a_time
  CHECK ((status IN ('SUCCEEDED', 'FAILED')) = (settled_at IS NOT NULL));

-- An order that can be paid, or was, has all its facts.
ALTER TABLE payable_orders ADD CONSTRAINT payable_orders_facts
  CHECK (status = 'CANCELLED' OR (reference IS NOT NULL AND channel IS NOT NULL AND total_minor >= 0
    AND currency IS NOT NULL AND payable_until IS NOT NULL));

ALTER TABLE payment_links ADD CONSTRAINT payment_links_ended_has_a_time
  CHECK ((status = 'PENDING') = (ended_at IS NULL));

ALTER TABLE client_credit_accounts ADD CONSTRAINT client_credit_not_negative
  CHECK (limit_minor >= 0 AND balance_minor >= 0);
ALTER TABLE client_credit_transactions ADD CONSTRAINT client_credit_amount_positive CHECK (amount_minor > 0);

-- The arrows of the state machines: no code path can draw another.
CREATE FUNCTION refuse_undrawn_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status IS DISTINCT FROM NEW.status
    AND NOT (OLD.status::text || '>' || NEW.status::text) = ANY (TG_ARGV) THEN
    RAISE EXCEPTION '% must not go from % to %', TG_TABLE_NAME, OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_transitions BEFORE UPDATE ON payments FOR EACH ROW
  EXECUTE FUNCTION refuse_undrawn_transition(
    'PENDING>CAPTURED', 'PENDING>FAILED', 'PENDING>CANCELLED', 'PENDING>EXPIRED', 'CAPTURED>REFUNDED');
CREATE TRIGGER refunds_transitions BEFORE UPDATE ON refunds FOR EACH ROW
  EXECUTE FUNCTION refuse_undrawn_transition(
    'REQUESTED>PENDING', 'REQUESTED>SUCCEEDED', 'REQUESTED>FAILED', 'PENDING>SUCCEEDED', 'PENDING>FAILED');
CREATE TRIGGER payment_links_transitions BEFORE UPDATE ON payment_links FOR EACH ROW
  EXECUTE FUNCTION refuse_undrawn_transition('PENDING>PAID', 'PENDING>EXPIRED', 'PENDING>CANCELLED');
CREATE TRIGGER payable_orders_transitions BEFORE UPDATE ON payable_orders FOR EACH ROW
  EXECUTE FUNCTION refuse_undrawn_transition('PAYABLE>PAID', 'PAYABLE>CANCELLED', 'PAID>CANCELLED');
