-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "PaymentStatus" AS ENUM ('PENDING', 'CAPTURED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "PaymentMethod" AS ENUM ('CARD', 'CASH', 'WIRE_TRANSFER', 'CLIENT_CREDIT', 'COURTESY', 'OTHER');

-- CreateEnum
CREATE TYPE "Currency" AS ENUM ('MXN', 'USD');

-- CreateTable
CREATE TABLE "Payment" (
    "id" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "payerId" UUID NOT NULL,
    "status" "PaymentStatus" NOT NULL,
    "method" "PaymentMethod" NOT NULL,
    "amountMinor" INTEGER NOT NULL,
    "currency" "Currency" NOT NULL,
    "provider" TEXT,
    "providerReference" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "capturedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Payment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Payment_orderId_id_idx" ON "Payment"("orderId", "id");

-- CreateIndex
CREATE INDEX "Payment_payerId_id_idx" ON "Payment"("payerId", "id");

-- CreateIndex
CREATE INDEX "Payment_status_id_idx" ON "Payment"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_provider_providerReference_key" ON "Payment"("provider", "providerReference");


-- Money is received, never given, by a payment; a courtesy is a payment of nothing.
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_amount_not_negative" CHECK ("amountMinor" >= 0);

-- Money that was received has the time at which it was, and only that.
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_captured_has_a_time"
  CHECK (("status" IN ('CAPTURED', 'REFUNDED')) = ("capturedAt" IS NOT NULL));

-- A provider's reference means nothing without the provider.
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_reference_has_a_provider"
  CHECK ("providerReference" IS NULL OR "provider" IS NOT NULL);
