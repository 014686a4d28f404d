-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "payment_status" AS ENUM ('PENDING', 'CAPTURED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "payment_method" AS ENUM ('CARD', 'CASH', 'WIRE_TRANSFER', 'CLIENT_CREDIT', 'COURTESY', 'OTHER');

-- CreateEnum
CREATE TYPE "currency" AS ENUM ('MXN', 'USD');

-- CreateTable
CREATE TABLE "payments" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "payer_id" UUID,
    "status" "payment_status" NOT NULL,
    "method" "payment_method" NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "currency" "currency" NOT NULL,
    "provider" TEXT,
    "provider_reference" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "captured_at" TIMESTAMPTZ(3),

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "payments_order_id_id_idx" ON "payments"("order_id", "id");

-- CreateIndex
CREATE INDEX "payments_payer_id_id_idx" ON "payments"("payer_id", "id");

-- CreateIndex
CREATE INDEX "payments_status_id_idx" ON "payments"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_provider_provider_reference_key" ON "payments"("provider", "provider_reference");


-- Money is received, never given, by a payment; a courtesy is a payment of nothing.
ALTER TABLE "payments" ADD CONSTRAINT "payments_amount_not_negative" CHECK ("amount_minor" >= 0);

-- Money that was received has the time at which it was, and only that.
ALTER TABLE "payments" ADD CONSTRAINT "payments_captured_has_a_time"
  CHECK (("status" IN ('CAPTURED', 'REFUNDED')) = ("captured_at" IS NOT NULL));

-- A provider's reference means nothing without the provider.
ALTER TABLE "payments" ADD CONSTRAINT "payments_reference_has_a_provider"
  CHECK ("provider_reference" IS NULL OR "provider" IS NOT NULL);
