-- A refund of what a client has already paid leaves it with credit in its favour.
ALTER TABLE client_credit_accounts DROP CONSTRAINT client_credit_not_negative;
ALTER TABLE client_credit_accounts ADD CONSTRAINT client_credit_limit_not_negative
  CHECK (limit_minor >= 0);
