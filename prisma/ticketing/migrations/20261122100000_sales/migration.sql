-- CreateEnum
CREATE TYPE "order_end_reason" AS ENUM ('BUYER', 'STAFF', 'EXPIRED', 'PAYMENT_FAILED', 'SCHEDULE_CANCELLED');

-- AlterTable
ALTER TABLE "seat_holds" ADD COLUMN     "idempotency_key" TEXT,
ADD COLUMN     "seat_ids" UUID[] DEFAULT ARRAY[]::UUID[];

-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "end_reason" "order_end_reason",
ADD COLUMN     "ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "hold_id" UUID,
ADD COLUMN     "idempotency_key" TEXT,
ADD COLUMN     "payable_until" TIMESTAMPTZ(3),
ADD COLUMN     "placed_by_id" UUID,
ADD COLUMN     "schedule_id" UUID,
ADD COLUMN     "seller_id" UUID;

-- AlterTable
ALTER TABLE "tickets" ADD COLUMN     "generation" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "owner_id" UUID;

-- What the orders that are there already were made for.
UPDATE "orders" SET "schedule_id" = (
  SELECT "schedule_id" FROM "tickets" WHERE "order_id" = "orders"."id" LIMIT 1
);
UPDATE "orders" SET "payable_until" = now() + interval '1 day' WHERE "status" = 'PENDING';
UPDATE "orders" SET "ended_at" = "created_at", "end_reason" = 'STAFF'
  WHERE "status" IN ('CANCELLED', 'REFUNDED');
UPDATE "tickets" SET "owner_id" = (
  SELECT "buyer_id" FROM "orders" WHERE "id" = "tickets"."order_id"
);
UPDATE "seat_holds" SET "seat_ids" = ARRAY(
  SELECT "seat_id" FROM "taken_seats" WHERE "hold_id" = "seat_holds"."id" ORDER BY "seat_id"
);
ALTER TABLE "orders" ALTER COLUMN "schedule_id" SET NOT NULL;

-- CreateTable
CREATE TABLE "order_payments" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "is_accepted" BOOLEAN NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_payments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_refunds" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "refund_request_id" UUID,
    "amount_minor" INTEGER NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_refunds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refund_requests" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "payment_id" UUID,
    "amount_minor" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "requested_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "refund_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schedule_cancellations" (
    "schedule_id" UUID NOT NULL,
    "requested_by" UUID,
    "request_id" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "schedule_cancellations_pkey" PRIMARY KEY ("schedule_id")
);

-- CreateTable
CREATE TABLE "ticket_signing_keys" (
    "id" SMALLINT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "private_key" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ticket_signing_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schedule_ticket_masters" (
    "schedule_id" UUID NOT NULL,
    "master" BYTEA NOT NULL,

    CONSTRAINT "schedule_ticket_masters_pkey" PRIMARY KEY ("schedule_id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" UUID,
    "action" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" UUID NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- Outbox and inbox, as the kit's relay and consumers need them.
CREATE TABLE outbox_message (
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

-- CreateIndex
CREATE INDEX "order_payments_order_id_idx" ON "order_payments"("order_id");

-- CreateIndex
CREATE INDEX "order_refunds_order_id_idx" ON "order_refunds"("order_id");

-- CreateIndex
CREATE INDEX "refund_requests_order_id_idx" ON "refund_requests"("order_id");

-- CreateIndex
CREATE INDEX "audit_entries_entity_id_id_idx" ON "audit_entries"("entity_id", "id");

-- CreateIndex
CREATE INDEX "audit_entries_actor_id_id_idx" ON "audit_entries"("actor_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "seat_holds_holder_id_idempotency_key_key" ON "seat_holds"("holder_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "orders_hold_id_key" ON "orders"("hold_id");

-- CreateIndex
CREATE INDEX "orders_schedule_id_status_idx" ON "orders"("schedule_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "orders_placed_by_id_idempotency_key_key" ON "orders"("placed_by_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "tickets_holder_id_created_at_id_idx" ON "tickets"("holder_id", "created_at", "id");

-- AddForeignKey
ALTER TABLE "orders" ADD CONSTRAINT "orders_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedules"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "orders" ADD CONSTRAINT "orders_hold_id_fkey" FOREIGN KEY ("hold_id") REFERENCES "seat_holds"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_payments" ADD CONSTRAINT "order_payments_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_refunds" ADD CONSTRAINT "order_refunds_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund_requests" ADD CONSTRAINT "refund_requests_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schedule_cancellations" ADD CONSTRAINT "schedule_cancellations_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedules"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schedule_ticket_masters" ADD CONSTRAINT "schedule_ticket_masters_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedules"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Orders that wait for money, by when that ends: what the sweeper reads.
CREATE INDEX "orders_payable_until_idx" ON "orders" ("payable_until") WHERE "status" = 'PENDING';
CREATE INDEX "schedule_cancellations_open_idx" ON "schedule_cancellations" ("requested_at")
  WHERE "finished_at" IS NULL;

ALTER TABLE "orders"
  ADD CONSTRAINT "orders_payable_check"
    CHECK ("status" <> 'PENDING' OR "payable_until" IS NOT NULL),
  ADD CONSTRAINT "orders_end_check" CHECK (
    CASE WHEN "status" IN ('CANCELLED', 'REFUNDED')
      THEN num_nulls("ended_at", "end_reason") = 0
      ELSE num_nonnulls("ended_at", "end_reason") = 0
    END
  );

ALTER TABLE "tickets"
  ADD CONSTRAINT "tickets_generation_check" CHECK ("generation" BETWEEN 1 AND 65535);

ALTER TABLE "ticket_signing_keys"
  ADD CONSTRAINT "ticket_signing_keys_id_check" CHECK ("id" BETWEEN 0 AND 255),
  ADD CONSTRAINT "ticket_signing_keys_public_check" CHECK (octet_length("public_key") = 32);
ALTER TABLE "schedule_ticket_masters"
  ADD CONSTRAINT "schedule_ticket_masters_check" CHECK (octet_length("master") = 32);

ALTER TABLE "order_payments" ADD CONSTRAINT "order_payments_check" CHECK ("amount_minor" >= 0);
ALTER TABLE "order_refunds" ADD CONSTRAINT "order_refunds_check" CHECK ("amount_minor" >= 0);
ALTER TABLE "refund_requests" ADD CONSTRAINT "refund_requests_check" CHECK ("amount_minor" > 0);

-- The arrows of the state machines; the first argument names them: "FROM>TO FROM>TO".
CREATE FUNCTION "refuse_undrawn_status"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF position(' ' || OLD.status || '>' || NEW.status || ' ' IN ' ' || TG_ARGV[0] || ' ') = 0 THEN
    RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, OLD.status, NEW.status;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "seat_holds_status" BEFORE UPDATE OF "status" ON "seat_holds"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status")
  EXECUTE FUNCTION "refuse_undrawn_status"('ACTIVE>RELEASED ACTIVE>EXPIRED');

CREATE TRIGGER "orders_status" BEFORE UPDATE OF "status" ON "orders"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status")
  EXECUTE FUNCTION "refuse_undrawn_status"(
    'PENDING>PAID PENDING>CANCELLED PAID>REFUNDED PAID>CANCELLED'
  );

CREATE TRIGGER "tickets_status" BEFORE UPDATE OF "status" ON "tickets"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status")
  EXECUTE FUNCTION "refuse_undrawn_status"(
    'PENDING_PAYMENT>ISSUED PENDING_PAYMENT>CANCELLED PENDING_PAYMENT>EXPIRED ISSUED>USED ISSUED>CANCELLED ISSUED>TRANSFERRED'
  );

-- What was written about who did what stays as it was.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are never changed or deleted';
END $$;

CREATE TRIGGER "audit_entries_are_final" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
