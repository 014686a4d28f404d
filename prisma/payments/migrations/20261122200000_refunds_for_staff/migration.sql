-- A refund that failed is sent again as another one, once.
ALTER TABLE "refunds" ADD COLUMN "retry_of_id" UUID;
CREATE UNIQUE INDEX "refunds_retry_of_id_key" ON "refunds"("retry_of_id");
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_retry_of_id_fkey" FOREIGN KEY ("retry_of_id") REFERENCES "refunds"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What staff has to do: refunds that failed, and money that waits to be handed over.
CREATE INDEX "refunds_status_id_idx" ON "refunds"("status", "id");
