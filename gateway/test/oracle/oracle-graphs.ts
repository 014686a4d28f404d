import { annex } from './graphs/annex.ts';
import { borough } from './graphs/borough.ts';
import { catalogueNodes } from './graphs/catalogue-nodes.ts';
import { clinic } from './graphs/clinic.ts';
import { fairground } from './graphs/fairground.ts';
import { fleet } from './graphs/fleet.ts';
import { hallOfMirrors } from './graphs/hall-of-mirrors.ts';
import { keyMashup } from './graphs/key-mashup.ts';
import { kitchen } from './graphs/kitchen.ts';
import { larder } from './graphs/larder.ts';
import { ledger } from './graphs/ledger.ts';
import { library } from './graphs/library.ts';
import { lonelyNode } from './graphs/lonely-node.ts';
import { movedFields } from './graphs/moved-fields.ts';
import { museum } from './graphs/museum.ts';
import { newsroom } from './graphs/newsroom.ts';
import { orchard } from './graphs/orchard.ts';
import { pantry } from './graphs/pantry.ts';
import { parcelGraph } from './graphs/parcels.ts';
import { postOffice } from './graphs/post-office.ts';
import { quotes } from './graphs/quotes.ts';
import { relayRace } from './graphs/relay-race.ts';
import { searchDesk } from './graphs/search-desk.ts';
import { switches } from './graphs/switches.ts';
import { tenantContext } from './graphs/tenant-context.ts';
import { theatre } from './graphs/theatre.ts';
import { tournament } from './graphs/tournament.ts';
import { turnstile } from './graphs/turnstile.ts';
import { wardrobe } from './graphs/wardrobe.ts';
import { workshop } from './graphs/workshop.ts';
import type { OracleGraph } from './oracle-graph.ts';

/** Every graph of the corpus. */
export const oracleGraphs: readonly OracleGraph[] = [
  borough,
  catalogueNodes,
  clinic,
  fleet,
  keyMashup,
  kitchen,
  ledger,
  library,
  lonelyNode,
  movedFields,
  museum,
  newsroom,
  orchard,
  pantry,
  parcelGraph,
  postOffice,
  quotes,
  searchDesk,
  switches,
  tenantContext,
  theatre,
  tournament,
  turnstile,
  wardrobe,
  annex,
  fairground,
  hallOfMirrors,
  larder,
  relayRace,
  workshop,
];
