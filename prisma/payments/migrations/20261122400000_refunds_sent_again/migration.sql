-- A refund that failed is sent again by itself a few times before staff has to see to it.
ALTER TABLE "refunds" ADD COLUMN "retries" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE refunds ADD CONSTRAINT refunds_retries_not_negative CHECK (retries >= 0);
