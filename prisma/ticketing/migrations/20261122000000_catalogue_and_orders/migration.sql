-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "venue_type" AS ENUM ('STADIUM', 'ARENA', 'THEATER', 'CLUB');

-- CreateEnum
CREATE TYPE "section_type" AS ENUM ('GENERAL', 'VIP', 'BOX');

-- CreateEnum
CREATE TYPE "seat_type" AS ENUM ('STANDARD', 'ACCESSIBLE', 'VIP');

-- CreateEnum
CREATE TYPE "age_restriction" AS ENUM ('NONE', 'ALL_AGES', 'ADULTS_ONLY');

-- CreateEnum
CREATE TYPE "event_status" AS ENUM ('DRAFT', 'PENDING_REVIEW', 'CHANGES_REQUESTED', 'APPROVED', 'PUBLISHED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "schedule_status" AS ENUM ('DRAFT', 'ON_SALE', 'CLOSED', 'COMPLETED');

-- CreateEnum
CREATE TYPE "game_category" AS ENUM ('REGULAR', 'PLAYOFF');

-- CreateEnum
CREATE TYPE "price_list_status" AS ENUM ('ACTIVE', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "currency" AS ENUM ('MXN', 'USD');

-- CreateEnum
CREATE TYPE "hold_source" AS ENUM ('WEB', 'BOX_OFFICE', 'API');

-- CreateEnum
CREATE TYPE "hold_status" AS ENUM ('ACTIVE', 'RELEASED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "taken_seat_state" AS ENUM ('HELD', 'BOOKED');

-- CreateEnum
CREATE TYPE "order_status" AS ENUM ('PENDING', 'PAID', 'REFUNDED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "order_channel" AS ENUM ('ONLINE', 'BOX_OFFICE');

-- CreateEnum
CREATE TYPE "ticket_status" AS ENUM ('PENDING_PAYMENT', 'ISSUED', 'USED', 'TRANSFERRED', 'CANCELLED', 'EXPIRED');

-- CreateTable
CREATE TABLE "organizers" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "organizers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "categories" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "categories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "venues" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" "venue_type" NOT NULL,
    "address" TEXT NOT NULL,
    "city" TEXT NOT NULL,
    "country_code" CHAR(2) NOT NULL,
    "latitude" DOUBLE PRECISION NOT NULL,
    "longitude" DOUBLE PRECISION NOT NULL,
    "time_zone" TEXT NOT NULL,

    CONSTRAINT "venues_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "zones" (
    "id" UUID NOT NULL,
    "venue_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "zones_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sections" (
    "id" UUID NOT NULL,
    "zone_id" UUID NOT NULL,
    "venue_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "type" "section_type" NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "sections_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seat_rows" (
    "id" UUID NOT NULL,
    "section_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "seat_rows_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seats" (
    "id" UUID NOT NULL,
    "row_id" UUID NOT NULL,
    "section_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "type" "seat_type" NOT NULL,

    CONSTRAINT "seats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gates" (
    "id" UUID NOT NULL,
    "venue_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "gates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gate_access_rules" (
    "gate_id" UUID NOT NULL,
    "section_id" UUID NOT NULL,

    CONSTRAINT "gate_access_rules_pkey" PRIMARY KEY ("gate_id","section_id")
);

-- CreateTable
CREATE TABLE "events" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "subtitle" TEXT,
    "description" TEXT NOT NULL,
    "banner_url" TEXT,
    "poster_url" TEXT,
    "age_restriction" "age_restriction" NOT NULL,
    "security_policies" TEXT[],
    "status" "event_status" NOT NULL DEFAULT 'DRAFT',
    "published_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "organizer_id" UUID NOT NULL,
    "category_id" UUID NOT NULL,
    "venue_id" UUID NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schedules" (
    "id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "status" "schedule_status" NOT NULL DEFAULT 'DRAFT',
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "gates_open_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3),
    "presale_starts_at" TIMESTAMPTZ(3),
    "presale_ends_at" TIMESTAMPTZ(3),
    "on_sale_at" TIMESTAMPTZ(3) NOT NULL,
    "off_sale_at" TIMESTAMPTZ(3) NOT NULL,
    "hold_minutes" INTEGER NOT NULL DEFAULT 5,
    "game_category" "game_category",

    CONSTRAINT "schedules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price_lists" (
    "id" UUID NOT NULL,
    "schedule_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "status" "price_list_status" NOT NULL DEFAULT 'ACTIVE',
    "currency" "currency" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "price_lists_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price_list_items" (
    "id" UUID NOT NULL,
    "price_list_id" UUID NOT NULL,
    "zone_id" UUID,
    "section_id" UUID,
    "price_minor" INTEGER NOT NULL,
    "fee_minor" INTEGER NOT NULL,
    "tax_minor" INTEGER NOT NULL,

    CONSTRAINT "price_list_items_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seat_holds" (
    "id" UUID NOT NULL,
    "schedule_id" UUID NOT NULL,
    "holder_id" UUID,
    "source" "hold_source" NOT NULL,
    "status" "hold_status" NOT NULL DEFAULT 'ACTIVE',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "seat_holds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "taken_seats" (
    "schedule_id" UUID NOT NULL,
    "seat_id" UUID NOT NULL,
    "section_id" UUID NOT NULL,
    "state" "taken_seat_state" NOT NULL,
    "hold_id" UUID,
    "held_until" TIMESTAMPTZ(3),
    "ticket_id" UUID,

    CONSTRAINT "taken_seats_pkey" PRIMARY KEY ("schedule_id","seat_id")
);

-- CreateTable
CREATE TABLE "orders" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "buyer_id" UUID,
    "status" "order_status" NOT NULL DEFAULT 'PENDING',
    "channel" "order_channel" NOT NULL,
    "currency" "currency" NOT NULL,
    "subtotal_minor" INTEGER NOT NULL,
    "fees_minor" INTEGER NOT NULL,
    "taxes_minor" INTEGER NOT NULL,
    "discount_minor" INTEGER NOT NULL DEFAULT 0,
    "total_minor" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "paid_at" TIMESTAMPTZ(3),

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tickets" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "schedule_id" UUID NOT NULL,
    "section_id" UUID NOT NULL,
    "seat_id" UUID NOT NULL,
    "holder_id" UUID,
    "status" "ticket_status" NOT NULL DEFAULT 'PENDING_PAYMENT',
    "code" TEXT NOT NULL,
    "private_token" TEXT,
    "section_label" TEXT NOT NULL,
    "row_label" TEXT NOT NULL,
    "seat_label" TEXT NOT NULL,
    "is_digital" BOOLEAN NOT NULL DEFAULT true,
    "price_minor" INTEGER NOT NULL,
    "fee_minor" INTEGER NOT NULL,
    "tax_minor" INTEGER NOT NULL,
    "currency" "currency" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "issued_at" TIMESTAMPTZ(3),

    CONSTRAINT "tickets_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "organizers_slug_key" ON "organizers"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "categories_slug_key" ON "categories"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "venues_slug_key" ON "venues"("slug");

-- CreateIndex
CREATE INDEX "venues_name_id_idx" ON "venues"("name", "id");

-- CreateIndex
CREATE INDEX "venues_city_idx" ON "venues"("city");

-- CreateIndex
CREATE UNIQUE INDEX "zones_venue_id_name_key" ON "zones"("venue_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "zones_venue_id_position_key" ON "zones"("venue_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "zones_id_venue_id_key" ON "zones"("id", "venue_id");

-- CreateIndex
CREATE INDEX "sections_zone_id_idx" ON "sections"("zone_id");

-- CreateIndex
CREATE UNIQUE INDEX "sections_venue_id_name_key" ON "sections"("venue_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "sections_venue_id_position_key" ON "sections"("venue_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "seat_rows_section_id_label_key" ON "seat_rows"("section_id", "label");

-- CreateIndex
CREATE UNIQUE INDEX "seat_rows_section_id_position_key" ON "seat_rows"("section_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "seat_rows_id_section_id_key" ON "seat_rows"("id", "section_id");

-- CreateIndex
CREATE UNIQUE INDEX "seats_row_id_number_key" ON "seats"("row_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "seats_section_id_position_key" ON "seats"("section_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "seats_id_section_id_key" ON "seats"("id", "section_id");

-- CreateIndex
CREATE UNIQUE INDEX "gates_venue_id_name_key" ON "gates"("venue_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "gates_venue_id_position_key" ON "gates"("venue_id", "position");

-- CreateIndex
CREATE INDEX "gate_access_rules_section_id_idx" ON "gate_access_rules"("section_id");

-- CreateIndex
CREATE UNIQUE INDEX "events_slug_key" ON "events"("slug");

-- CreateIndex
CREATE INDEX "events_name_id_idx" ON "events"("name", "id");

-- CreateIndex
CREATE INDEX "events_published_at_id_idx" ON "events"("published_at", "id");

-- CreateIndex
CREATE INDEX "events_organizer_id_idx" ON "events"("organizer_id");

-- CreateIndex
CREATE INDEX "events_category_id_idx" ON "events"("category_id");

-- CreateIndex
CREATE INDEX "events_venue_id_idx" ON "events"("venue_id");

-- CreateIndex
CREATE INDEX "schedules_event_id_starts_at_id_idx" ON "schedules"("event_id", "starts_at", "id");

-- CreateIndex
CREATE INDEX "schedules_starts_at_idx" ON "schedules"("starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "price_lists_schedule_id_version_key" ON "price_lists"("schedule_id", "version");

-- CreateIndex
CREATE INDEX "price_list_items_price_list_id_id_idx" ON "price_list_items"("price_list_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "price_list_items_price_list_id_zone_id_key" ON "price_list_items"("price_list_id", "zone_id");

-- CreateIndex
CREATE UNIQUE INDEX "price_list_items_price_list_id_section_id_key" ON "price_list_items"("price_list_id", "section_id");

-- CreateIndex
CREATE INDEX "seat_holds_status_expires_at_idx" ON "seat_holds"("status", "expires_at");

-- CreateIndex
CREATE INDEX "seat_holds_schedule_id_idx" ON "seat_holds"("schedule_id");

-- CreateIndex
CREATE UNIQUE INDEX "taken_seats_ticket_id_key" ON "taken_seats"("ticket_id");

-- CreateIndex
CREATE INDEX "taken_seats_schedule_id_section_id_state_idx" ON "taken_seats"("schedule_id", "section_id", "state");

-- CreateIndex
CREATE INDEX "taken_seats_hold_id_idx" ON "taken_seats"("hold_id");

-- CreateIndex
CREATE UNIQUE INDEX "orders_number_key" ON "orders"("number");

-- CreateIndex
CREATE INDEX "orders_buyer_id_created_at_id_idx" ON "orders"("buyer_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "tickets_private_token_key" ON "tickets"("private_token");

-- CreateIndex
CREATE INDEX "tickets_order_id_id_idx" ON "tickets"("order_id", "id");

-- CreateIndex
CREATE INDEX "tickets_schedule_id_idx" ON "tickets"("schedule_id");

-- CreateIndex
CREATE INDEX "tickets_seat_id_idx" ON "tickets"("seat_id");

-- AddForeignKey
ALTER TABLE "zones" ADD CONSTRAINT "zones_venue_id_fkey" FOREIGN KEY ("venue_id") REFERENCES "venues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sections" ADD CONSTRAINT "sections_zone_id_venue_id_fkey" FOREIGN KEY ("zone_id", "venue_id") REFERENCES "zones"("id", "venue_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sections" ADD CONSTRAINT "sections_venue_id_fkey" FOREIGN KEY ("venue_id") REFERENCES "venues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seat_rows" ADD CONSTRAINT "seat_rows_section_id_fkey" FOREIGN KEY ("section_id") REFERENCES "sections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seats" ADD CONSTRAINT "seats_row_id_section_id_fkey" FOREIGN KEY ("row_id", "section_id") REFERENCES "seat_rows"("id", "section_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seats" ADD CONSTRAINT "seats_section_id_fkey" FOREIGN KEY ("section_id") REFERENCES "sections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gates" ADD CONSTRAINT "gates_venue_id_fkey" FOREIGN KEY ("venue_id") REFERENCES "venues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_access_rules" ADD CONSTRAINT "gate_access_rules_gate_id_fkey" FOREIGN KEY ("gate_id") REFERENCES "gates"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_access_rules" ADD CONSTRAINT "gate_access_rules_section_id_fkey" FOREIGN KEY ("section_id") REFERENCES "sections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_organizer_id_fkey" FOREIGN KEY ("organizer_id") REFERENCES "organizers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "categories"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_venue_id_fkey" FOREIGN KEY ("venue_id") REFERENCES "venues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "events"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_lists" ADD CONSTRAINT "price_lists_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedules"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_list_items" ADD CONSTRAINT "price_list_items_price_list_id_fkey" FOREIGN KEY ("price_list_id") REFERENCES "price_lists"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_list_items" ADD CONSTRAINT "price_list_items_zone_id_fkey" FOREIGN KEY ("zone_id") REFERENCES "zones"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_list_items" ADD CONSTRAINT "price_list_items_section_id_fkey" FOREIGN KEY ("section_id") REFERENCES "sections"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seat_holds" ADD CONSTRAINT "seat_holds_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedules"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "taken_seats" ADD CONSTRAINT "taken_seats_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedules"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "taken_seats" ADD CONSTRAINT "taken_seats_seat_id_section_id_fkey" FOREIGN KEY ("seat_id", "section_id") REFERENCES "seats"("id", "section_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "taken_seats" ADD CONSTRAINT "taken_seats_hold_id_fkey" FOREIGN KEY ("hold_id") REFERENCES "seat_holds"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "taken_seats" ADD CONSTRAINT "taken_seats_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "tickets"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedules"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_section_id_fkey" FOREIGN KEY ("section_id") REFERENCES "sections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_seat_id_section_id_fkey" FOREIGN KEY ("seat_id", "section_id") REFERENCES "seats"("id", "section_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the Prisma schema cannot say.

-- Search that ignores case, accents and small slips. unaccent() is only STABLE because its dictionary
-- can be replaced; ours is the one that ships with PostgreSQL, so an index may rely on it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE FUNCTION "search_text"(text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;

CREATE INDEX "events_search_idx" ON "events"
  USING gin ("search_text"("name" || ' ' || coalesce("subtitle", '')) gin_trgm_ops);

ALTER TABLE "venues"
  ADD CONSTRAINT "venues_position_check"
    CHECK ("latitude" BETWEEN -90 AND 90 AND "longitude" BETWEEN -180 AND 180);

ALTER TABLE "seats" ADD CONSTRAINT "seats_number_check" CHECK ("number" > 0);

-- An event is public from its publication on, also after it is cancelled.
ALTER TABLE "events"
  ADD CONSTRAINT "events_published_check" CHECK (
    CASE "status"
      WHEN 'PUBLISHED' THEN "published_at" IS NOT NULL
      WHEN 'CANCELLED' THEN true
      ELSE "published_at" IS NULL
    END
  );

ALTER TABLE "schedules"
  ADD CONSTRAINT "schedules_times_check"
    CHECK ("ends_at" > "starts_at" AND "gates_open_at" <= "starts_at"),
  ADD CONSTRAINT "schedules_sale_check" CHECK ("off_sale_at" > "on_sale_at"),
  ADD CONSTRAINT "schedules_presale_check" CHECK (
    num_nonnulls("presale_starts_at", "presale_ends_at") <> 1
    AND ("presale_starts_at" IS NULL OR "presale_ends_at" > "presale_starts_at")
  ),
  ADD CONSTRAINT "schedules_hold_minutes_check" CHECK ("hold_minutes" BETWEEN 1 AND 1440);

CREATE UNIQUE INDEX "price_lists_one_active_key" ON "price_lists" ("schedule_id")
  WHERE "status" = 'ACTIVE';

ALTER TABLE "price_list_items"
  ADD CONSTRAINT "price_list_items_place_check" CHECK (num_nonnulls("zone_id", "section_id") = 1),
  ADD CONSTRAINT "price_list_items_amounts_check"
    CHECK ("price_minor" >= 0 AND "fee_minor" >= 0 AND "tax_minor" >= 0);

ALTER TABLE "taken_seats"
  ADD CONSTRAINT "taken_seats_state_check" CHECK (
    CASE "state"
      WHEN 'HELD' THEN num_nulls("hold_id", "held_until") = 0 AND "ticket_id" IS NULL
      WHEN 'BOOKED' THEN num_nonnulls("hold_id", "held_until") = 0 AND "ticket_id" IS NOT NULL
    END
  );

ALTER TABLE "orders"
  ADD CONSTRAINT "orders_total_check" CHECK (
    "subtotal_minor" >= 0 AND "fees_minor" >= 0 AND "taxes_minor" >= 0
    AND "discount_minor" >= 0 AND "total_minor" >= 0
    AND "total_minor" = "subtotal_minor" + "fees_minor" + "taxes_minor" - "discount_minor"
  ),
  ADD CONSTRAINT "orders_paid_check" CHECK (
    CASE "status"
      WHEN 'PENDING' THEN "paid_at" IS NULL
      WHEN 'CANCELLED' THEN true
      ELSE "paid_at" IS NOT NULL
    END
  );

ALTER TABLE "tickets"
  ADD CONSTRAINT "tickets_amounts_check"
    CHECK ("price_minor" >= 0 AND "fee_minor" >= 0 AND "tax_minor" >= 0),
  ADD CONSTRAINT "tickets_token_check" CHECK (
    CASE "status"
      WHEN 'PENDING_PAYMENT' THEN num_nonnulls("private_token", "issued_at") = 0
      WHEN 'ISSUED' THEN num_nulls("private_token", "issued_at") = 0
      WHEN 'USED' THEN num_nulls("private_token", "issued_at") = 0
      ELSE true
    END
  );

-- One living ticket a seat and performance, whatever the code above believes.
CREATE UNIQUE INDEX "tickets_one_living_key" ON "tickets" ("schedule_id", "seat_id")
  WHERE "status" IN ('PENDING_PAYMENT', 'ISSUED', 'USED');
