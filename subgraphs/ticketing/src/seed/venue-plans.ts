/** Shape of a venue before it becomes rows of the database. */
export interface VenuePlan {
  readonly slug: string;
  readonly name: string;
  readonly type: 'STADIUM' | 'ARENA' | 'THEATER';
  readonly address: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
  /** From the pitch or stage outwards. */
  readonly zones: readonly ZonePlan[];
  readonly gates: readonly GatePlan[];
}

export interface ZonePlan {
  readonly name: string;
  readonly sections: readonly SectionPlan[];
}

export interface SectionPlan {
  readonly name: string;
  readonly type: 'GENERAL' | 'VIP' | 'BOX';
  /** Seats in each row, from the front. */
  readonly rows: readonly number[];
  /** Wheelchair places at the start of the last row. */
  readonly accessibleSeats: number;
  /** The best view of its zone: it has a price of its own. */
  readonly isPremium: boolean;
}

export interface GatePlan {
  readonly name: string;
  /** Names of the zones that it lets in. */
  readonly zones: readonly string[];
}

type SectionOptions = Omit<SectionPlan, 'name'>;

/** Rows that widen by one seat every few rows, as stands do with the distance from the pitch. */
function widening(rowCount: number, firstRowSeats: number, rowsPerStep: number): number[] {
  return Array.from(
    { length: rowCount },
    (_, row) => firstRowSeats + Math.floor(row / rowsPerStep),
  );
}

function evenRows(rowCount: number, seats: number): number[] {
  return Array.from({ length: rowCount }, () => seats);
}

const plain = { type: 'GENERAL', accessibleSeats: 0, isPremium: false } as const;

/** Sections of one ring, such as 101 to 120; the premium ones are given by number. */
function ring(
  numbers: { readonly first: number; readonly count: number; readonly premium: readonly number[] },
  options: Omit<SectionOptions, 'isPremium'>,
): SectionPlan[] {
  return Array.from({ length: numbers.count }, (_, index) => {
    const number = numbers.first + index;
    return { ...options, name: String(number), isPremium: numbers.premium.includes(number) };
  });
}

function named(prefix: string, count: number, options: SectionOptions): SectionPlan[] {
  return Array.from({ length: count }, (_, index) => ({
    ...options,
    name: `${prefix} ${index + 1}`,
  }));
}

/** Exactly 20,000 seats. */
const stadium: VenuePlan = {
  slug: 'estadio-frontera',
  name: 'Estadio Frontera',
  type: 'STADIUM',
  address: 'Bulevar Agua Caliente 12027',
  city: 'Tijuana',
  latitude: 32.5067,
  longitude: -116.9931,
  timeZone: 'America/Tijuana',
  zones: [
    {
      name: 'Club',
      sections: named('Club', 8, { ...plain, type: 'VIP', rows: widening(8, 18, 2) }),
    },
    {
      name: 'Nivel 100',
      sections: ring(
        { first: 101, count: 20, premium: [105, 106, 115, 116] },
        { type: 'GENERAL', rows: widening(20, 17, 2), accessibleSeats: 4 },
      ),
    },
    {
      name: 'Nivel 200',
      sections: ring(
        { first: 201, count: 24, premium: [206, 207, 218, 219] },
        { type: 'GENERAL', rows: widening(16, 22, 2), accessibleSeats: 0 },
      ),
    },
    {
      name: 'Palcos',
      sections: named('Palco', 20, { ...plain, type: 'BOX', rows: evenRows(2, 9) }),
    },
  ],
  gates: [
    { name: 'Puerta Norte', zones: ['Nivel 100', 'Nivel 200'] },
    { name: 'Puerta Sur', zones: ['Nivel 100', 'Nivel 200'] },
    { name: 'Puerta Oriente', zones: ['Nivel 200'] },
    { name: 'Acceso Club', zones: ['Club', 'Palcos'] },
  ],
};

/** Exactly 1,200 seats. */
const theater: VenuePlan = {
  slug: 'teatro-alameda',
  name: 'Teatro Alameda',
  type: 'THEATER',
  address: 'Avenida Juárez 50, Centro',
  city: 'Ciudad de México',
  latitude: 19.4353,
  longitude: -99.1442,
  timeZone: 'America/Mexico_City',
  zones: [
    {
      name: 'Luneta',
      sections: [
        { ...plain, name: 'Luneta Izquierda', rows: evenRows(16, 9), accessibleSeats: 4 },
        { ...plain, name: 'Luneta Centro', rows: widening(16, 14, 4), isPremium: true },
        { ...plain, name: 'Luneta Derecha', rows: evenRows(16, 9), accessibleSeats: 4 },
      ],
    },
    {
      name: 'Palcos',
      sections: named('Palco', 8, { ...plain, type: 'BOX', rows: [5] }),
    },
    {
      name: 'Primer piso',
      sections: [
        { ...plain, name: 'Primer piso Izquierda', rows: evenRows(10, 10) },
        { ...plain, name: 'Primer piso Centro', rows: evenRows(10, 16), isPremium: true },
        { ...plain, name: 'Primer piso Derecha', rows: evenRows(10, 10) },
      ],
    },
    {
      name: 'Galería',
      sections: [
        { ...plain, name: 'Galería Izquierda', rows: evenRows(8, 8) },
        { ...plain, name: 'Galería Centro', rows: evenRows(8, 17) },
        { ...plain, name: 'Galería Derecha', rows: evenRows(8, 8) },
      ],
    },
  ],
  gates: [
    { name: 'Vestíbulo', zones: ['Luneta', 'Palcos'] },
    { name: 'Escalera Norte', zones: ['Primer piso', 'Galería'] },
  ],
};

/** Exactly 8,000 seats. */
const arena: VenuePlan = {
  slug: 'arena-cumbres',
  name: 'Arena Cumbres',
  type: 'ARENA',
  address: 'Avenida Madero 2500',
  city: 'Monterrey',
  latitude: 25.6866,
  longitude: -100.3161,
  timeZone: 'America/Monterrey',
  zones: [
    {
      name: 'Pista',
      sections: named('Pista', 4, { ...plain, type: 'VIP', rows: evenRows(10, 15) }),
    },
    {
      name: 'Nivel 100',
      sections: ring(
        { first: 101, count: 16, premium: [104, 105, 112, 113] },
        { type: 'GENERAL', rows: widening(14, 13, 2), accessibleSeats: 4 },
      ),
    },
    {
      name: 'Nivel 200',
      sections: ring(
        { first: 201, count: 16, premium: [] },
        { type: 'GENERAL', rows: widening(12, 18, 3), accessibleSeats: 0 },
      ),
    },
    {
      name: 'Suites',
      sections: named('Suite', 9, { ...plain, type: 'BOX', rows: [8] }),
    },
  ],
  gates: [
    { name: 'Acceso A', zones: ['Nivel 100', 'Nivel 200'] },
    { name: 'Acceso B', zones: ['Nivel 100', 'Nivel 200'] },
    { name: 'Acceso VIP', zones: ['Pista', 'Suites'] },
  ],
};

/** The three venues of the demonstration: 20,000, 1,200 and 8,000 seats. */
export const venuePlans = { stadium, theater, arena } as const;

export type VenueName = keyof typeof venuePlans;
