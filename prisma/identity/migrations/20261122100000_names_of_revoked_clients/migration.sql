-- A revoked client gives its name back.
DROP INDEX "api_clients_name_key";
CREATE UNIQUE INDEX "api_clients_name_key" ON "api_clients"("name") WHERE "revoked_at" IS NULL;
