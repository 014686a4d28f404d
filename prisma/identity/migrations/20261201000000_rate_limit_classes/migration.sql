-- Which rate limits of the gateway are a partner's.
ALTER TABLE "api_clients" ADD COLUMN "rate_limit_class" TEXT;
