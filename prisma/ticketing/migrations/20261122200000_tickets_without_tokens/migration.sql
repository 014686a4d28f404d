-- A ticket proves itself by its signed code: nobody ever asked for its private token.
ALTER TABLE "tickets" DROP CONSTRAINT "tickets_token_check";
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_issued_check" CHECK (
  CASE "status"
    WHEN 'PENDING_PAYMENT' THEN "issued_at" IS NULL
    WHEN 'ISSUED' THEN "issued_at" IS NOT NULL
    WHEN 'USED' THEN "issued_at" IS NOT NULL
    ELSE true
  END
);
DROP INDEX "tickets_private_token_key";
ALTER TABLE "tickets" DROP COLUMN "private_token";
