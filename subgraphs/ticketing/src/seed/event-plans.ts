import type { VenueName } from './venue-plans.ts';

export const organizerNames = {
  football: 'Club Frontera',
  concerts: 'Norte Conciertos',
  theater: 'Compañía Alameda',
} as const;

export type OrganizerKey = keyof typeof organizerNames;

export const categoryNames = {
  football: 'Fútbol',
  concert: 'Conciertos',
  theater: 'Teatro',
  family: 'Familiar',
} as const;

export type CategoryKey = keyof typeof categoryNames;

export interface EventPlan {
  readonly name: string;
  readonly subtitle: string | null;
  readonly description: string;
  readonly venue: VenueName;
  readonly organizer: OrganizerKey;
  readonly category: CategoryKey;
  readonly status: 'DRAFT' | 'PUBLISHED' | 'CANCELLED';
  readonly ageRestriction: 'NONE' | 'ALL_AGES' | 'ADULTS_ONLY';
  readonly durationMinutes: number;
  /** Applied to the venue's base prices. */
  readonly pricePercent: number;
  readonly gameCategory: 'REGULAR' | 'PLAYOFF' | null;
  readonly schedules: readonly SchedulePlan[];
}

export interface SchedulePlan {
  /** Days from the day of seeding. */
  readonly day: number;
  /** Wall clock at the venue. */
  readonly time: string;
  /** How far its sale has come on the day of seeding. */
  readonly sale: 'over' | 'open' | 'presale' | 'announced' | 'hidden';
  /** Share of the seats sold over the counter, in percent. */
  readonly soldPercent: number;
}

/** Zone, base price and service charge with its tax, in centavos of MXN. */
type ZonePrice = readonly [zone: string, priceMinor: number, serviceMinor: number];

/** Service charges include 16 % tax. A premium section costs a fifth more than its zone. */
export const basePrices: Record<VenueName, readonly ZonePrice[]> = {
  stadium: [
    ['Club', 140_000, 18_000],
    ['Nivel 100', 75_000, 10_000],
    ['Nivel 200', 42_000, 6_000],
    ['Palcos', 250_000, 30_000],
  ],
  theater: [
    ['Luneta', 65_000, 8_000],
    ['Palcos', 90_000, 11_000],
    ['Primer piso', 40_000, 5_000],
    ['Galería', 25_000, 3_000],
  ],
  arena: [
    ['Pista', 220_000, 28_000],
    ['Nivel 100', 105_000, 15_000],
    ['Nivel 200', 62_000, 8_000],
    ['Suites', 260_000, 33_000],
  ],
};

const football = {
  venue: 'stadium',
  organizer: 'football',
  category: 'football',
  status: 'PUBLISHED',
  ageRestriction: 'ALL_AGES',
  durationMinutes: 120,
  pricePercent: 100,
  gameCategory: 'REGULAR',
} as const;

const concert = {
  venue: 'arena',
  organizer: 'concerts',
  category: 'concert',
  status: 'PUBLISHED',
  ageRestriction: 'NONE',
  durationMinutes: 150,
  pricePercent: 100,
  gameCategory: null,
} as const;

const play = {
  venue: 'theater',
  organizer: 'theater',
  category: 'theater',
  status: 'PUBLISHED',
  ageRestriction: 'NONE',
  durationMinutes: 110,
  pricePercent: 100,
  gameCategory: null,
} as const;

function over(day: number, time: string, soldPercent: number): SchedulePlan {
  return { day, time, sale: 'over', soldPercent };
}

function open(day: number, time: string, soldPercent: number): SchedulePlan {
  return { day, time, sale: 'open', soldPercent };
}

/** Twelve published events, then one cancelled and one draft that only staff sees. */
export const eventPlans: readonly EventPlan[] = [
  {
    ...football,
    name: 'Frontera vs. Atlético Sierra',
    subtitle: 'Jornada 1',
    description: 'El Club Frontera abre el torneo en casa contra el campeón de la sierra.',
    schedules: [over(-9, '19:00', 24)],
  },
  {
    ...football,
    name: 'Frontera vs. Deportivo Bahía',
    subtitle: 'Jornada 3',
    description: 'El clásico de la costa vuelve al Estadio Frontera bajo las luces.',
    schedules: [open(5, '21:00', 18)],
  },
  {
    ...football,
    name: 'Frontera vs. Real Desierto',
    subtitle: 'Jornada 5',
    description: 'Partido de la quinta jornada contra el líder de la tabla.',
    schedules: [open(19, '19:00', 5)],
  },
  {
    ...football,
    name: 'Frontera vs. Unión Altiplano',
    subtitle: 'Cuartos de final, ida',
    description: 'La liguilla empieza en casa: noventa minutos para tomar ventaja.',
    gameCategory: 'PLAYOFF',
    pricePercent: 140,
    schedules: [{ day: 33, time: '20:00', sale: 'announced', soldPercent: 0 }],
  },
  {
    ...concert,
    name: 'Los Faroles',
    subtitle: 'Gira Luz de Barrio',
    description: 'Dos noches con la banda que llenó de cumbia y guitarras todo el norte.',
    schedules: [open(12, '21:00', 16), open(13, '21:00', 9)],
  },
  {
    ...concert,
    name: 'Marea Eléctrica',
    subtitle: 'Festival de música electrónica',
    description: 'Ocho horas de música electrónica con invitados de tres continentes.',
    ageRestriction: 'ADULTS_ONLY',
    durationMinutes: 480,
    pricePercent: 120,
    schedules: [{ day: 26, time: '18:00', sale: 'presale', soldPercent: 3 }],
  },
  {
    ...concert,
    name: 'Noche de Mariachi',
    subtitle: null,
    description: 'Las voces jóvenes del mariachi, con una orquesta de sesenta músicos.',
    ageRestriction: 'ALL_AGES',
    pricePercent: 80,
    schedules: [
      over(-20, '20:30', 15),
      { day: 40, time: '20:30', sale: 'announced', soldPercent: 0 },
    ],
  },
  {
    ...concert,
    name: 'Sinfónica del Norte',
    subtitle: 'Cine en concierto',
    description: 'Las grandes bandas sonoras, en vivo y con las imágenes en pantalla.',
    category: 'family',
    ageRestriction: 'ALL_AGES',
    durationMinutes: 120,
    pricePercent: 60,
    schedules: [open(8, '13:00', 8), open(8, '19:00', 12)],
  },
  {
    ...concert,
    name: 'Volcán',
    subtitle: 'Tour Ceniza',
    description: 'El regreso del rock pesado a un estadio, con escenario de 360 grados.',
    venue: 'stadium',
    pricePercent: 200,
    schedules: [{ day: 47, time: '20:30', sale: 'presale', soldPercent: 2 }],
  },
  {
    ...play,
    name: 'La casa de Bernarda Alba',
    subtitle: 'De Federico García Lorca',
    description: 'Luto, silencio y deseo en una casa sin hombres.',
    schedules: [
      over(-6, '20:00', 55),
      open(1, '20:00', 40),
      open(2, '18:00', 25),
      open(8, '20:00', 15),
      open(9, '18:00', 10),
    ],
  },
  {
    ...play,
    name: 'Don Juan Tenorio',
    subtitle: 'De José Zorrilla',
    description: 'El burlador, el convidado de piedra y el amor que salva.',
    schedules: [open(20, '20:00', 8), open(21, '18:00', 6)],
  },
  {
    ...play,
    name: 'El principito',
    subtitle: 'Teatro para toda la familia',
    description: 'Un piloto, un niño que viene de un asteroide y una rosa.',
    category: 'family',
    ageRestriction: 'ALL_AGES',
    durationMinutes: 75,
    pricePercent: 60,
    schedules: [open(3, '12:00', 30), open(10, '12:00', 12)],
  },
  {
    ...concert,
    name: 'Rock sin Fronteras',
    subtitle: 'Cancelado',
    description: 'El festival se canceló; los boletos se devuelven en el punto de compra.',
    status: 'CANCELLED',
    schedules: [{ day: 15, time: '17:00', sale: 'over', soldPercent: 0 }],
  },
  {
    ...concert,
    name: 'Nevado en vivo',
    subtitle: 'Por anunciar',
    description: 'Concierto de fin de gira, aún en negociación con el artista.',
    status: 'DRAFT',
    schedules: [{ day: 60, time: '21:00', sale: 'hidden', soldPercent: 0 }],
  },
];
