-- The audit is alike in every subgraph.
ALTER TABLE "audit_entries" RENAME COLUMN "at" TO "created_at";
ALTER TABLE "audit_entries" ALTER COLUMN "entity_id" TYPE TEXT;
