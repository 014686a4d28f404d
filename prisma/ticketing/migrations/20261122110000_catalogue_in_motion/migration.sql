-- CreateEnum
CREATE TYPE "promo_code_kind" AS ENUM ('PERCENTAGE', 'AMOUNT');

-- AlterTable
ALTER TABLE "events" ADD COLUMN     "cancel_reason" TEXT,
ADD COLUMN     "cancelled_at" TIMESTAMPTZ(3),
ADD COLUMN     "review_note" TEXT,
ADD COLUMN     "submitted_by_id" UUID;

-- AlterTable
ALTER TABLE "schedules" ADD COLUMN     "cancel_reason" TEXT,
ADD COLUMN     "cancelled_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "price_lists" ADD COLUMN     "activated_at" TIMESTAMPTZ(3),
ADD COLUMN     "archived_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "promo_codes" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "kind" "promo_code_kind" NOT NULL,
    "percent_off" INTEGER,
    "amount_off_minor" INTEGER,
    "currency" "currency",
    "uses_max" INTEGER,
    "uses_per_user_max" INTEGER,
    "uses_count" INTEGER NOT NULL DEFAULT 0,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "event_id" UUID,
    "schedule_id" UUID,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "promo_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "promo_code_uses" (
    "order_id" UUID NOT NULL,
    "promo_code_id" UUID NOT NULL,
    "user_id" UUID,
    "discount_minor" INTEGER NOT NULL,
    "used_at" TIMESTAMPTZ(3) NOT NULL,
    "released_at" TIMESTAMPTZ(3),

    CONSTRAINT "promo_code_uses_pkey" PRIMARY KEY ("order_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "promo_codes_code_key" ON "promo_codes"("code");

-- CreateIndex
CREATE INDEX "promo_codes_created_at_id_idx" ON "promo_codes"("created_at", "id");

-- CreateIndex
CREATE INDEX "promo_codes_event_id_idx" ON "promo_codes"("event_id");

-- CreateIndex
CREATE INDEX "promo_codes_schedule_id_idx" ON "promo_codes"("schedule_id");

-- CreateIndex
CREATE INDEX "promo_code_uses_promo_code_id_user_id_idx" ON "promo_code_uses"("promo_code_id", "user_id");

-- AddForeignKey
ALTER TABLE "promo_codes" ADD CONSTRAINT "promo_codes_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "events"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promo_codes" ADD CONSTRAINT "promo_codes_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedules"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promo_code_uses" ADD CONSTRAINT "promo_code_uses_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promo_code_uses" ADD CONSTRAINT "promo_code_uses_promo_code_id_fkey" FOREIGN KEY ("promo_code_id") REFERENCES "promo_codes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the Prisma schema cannot say.

-- A use is written before its order, whose discount it decides.
ALTER TABLE "promo_code_uses"
  ALTER CONSTRAINT "promo_code_uses_order_id_fkey" DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT "promo_code_uses_discount_check" CHECK ("discount_minor" >= 0);

ALTER TABLE "promo_codes"
  ADD CONSTRAINT "promo_codes_code_check" CHECK ("code" = upper("code") AND "code" <> ''),
  ADD CONSTRAINT "promo_codes_discount_check" CHECK (
    CASE "kind"
      WHEN 'PERCENTAGE' THEN "percent_off" BETWEEN 1 AND 100
        AND num_nonnulls("amount_off_minor", "currency") = 0
      WHEN 'AMOUNT' THEN "amount_off_minor" > 0 AND "currency" IS NOT NULL AND "percent_off" IS NULL
    END
  ),
  ADD CONSTRAINT "promo_codes_window_check" CHECK ("valid_until" > "valid_from"),
  ADD CONSTRAINT "promo_codes_uses_check" CHECK (
    "uses_count" >= 0 AND ("uses_max" IS NULL OR "uses_count" <= "uses_max")
  );

-- Calling a performance off closes it.
ALTER TABLE "schedules"
  ADD CONSTRAINT "schedules_cancelled_check" CHECK ("cancelled_at" IS NULL OR "status" = 'CLOSED');

-- What is sold from was put in force; versions from before this column were when they were made.
UPDATE "price_lists" SET "activated_at" = "created_at" WHERE "status" = 'ACTIVE';

CREATE TRIGGER "events_status" BEFORE UPDATE OF "status" ON "events"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status")
  EXECUTE FUNCTION "refuse_undrawn_status"(
    'DRAFT>PENDING_REVIEW DRAFT>CANCELLED PENDING_REVIEW>DRAFT PENDING_REVIEW>APPROVED PENDING_REVIEW>CHANGES_REQUESTED PENDING_REVIEW>CANCELLED CHANGES_REQUESTED>DRAFT CHANGES_REQUESTED>PENDING_REVIEW CHANGES_REQUESTED>CANCELLED APPROVED>PUBLISHED APPROVED>CANCELLED PUBLISHED>CANCELLED'
  );

CREATE TRIGGER "schedules_status" BEFORE UPDATE OF "status" ON "schedules"
  FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status")
  EXECUTE FUNCTION "refuse_undrawn_status"(
    'DRAFT>ON_SALE DRAFT>CLOSED ON_SALE>CLOSED ON_SALE>COMPLETED CLOSED>COMPLETED'
  );
