// The words of the data pages, on top of the catalogue's.
import { strings } from '../../strings'

const own = {
  kinds: { orders: 'Orders', products: 'Products', stock: 'Stock counts', costs: 'Unit costs', supply: 'Lead times and suppliers', purchases: 'Purchase orders', customers: 'Customers', locations: 'Places and regions', events: 'Events', facts: 'Facts as Almanac exports them', replay: 'Quarantined rows, tried again' } as Record<string, string>,
  facts: {
    'order.placed': 'order lines', 'order.cancelled': 'cancellations', 'order.returned': 'returned lines', 'order.refunded': 'refunds', 'order.shipped': 'shipments', 'stock.moved': 'stock movements', 'stock.counted': 'stock counts',
    'cost.set': 'costs', 'price.set': 'prices', 'product.described': 'product descriptions', 'supplier.described': 'suppliers', 'location.described': 'places', 'supply.described': 'supply terms', 'customer.described': 'customer descriptions', 'product.viewed': 'product views',
  } as Record<string, string>,
  /** What is wrong with a row, or why it was left out. */
  reasons: {
    negative_price: 'Negative price', zero_quantity: 'Quantity is zero', quantity_not_whole: 'Quantity is not a whole number', not_a_number: 'Not a number', no_price: 'No price', no_cost: 'No cost', no_date: 'No date', bad_date: 'Not a date', future_date: 'Date lies in the future',
    no_sku: 'No product code', no_order: 'No order number', no_customer: 'No customer', no_quantity: 'No quantity', no_currency: 'No currency', other_currency: 'Another currency', bad_event: 'Not an event', bad_fact: 'Not a fact', invalid: 'Not valid',
    ragged: 'Wrong number of columns', too_long: 'Line is too long', bad_encoding: 'Letters cannot be read', blank: 'Empty row', test: 'Test row', not_replayable: 'Came another way than by a file',
  } as Record<string, string>,
  /** Reasons of rows that are left out on purpose: they are not in quarantine. */
  leftOut: ['blank', 'test', 'no_line', 'not_stocked', 'parent', 'picture', 'not_placed', 'no_price_yet', 'other_channel', 'part_of_another_line', 'translation', 'unsellable', 'cancelled'],
  /** Not left out: read by a rule that fills what such a file does not say. */
  assumed: (code: string) => code.startsWith('assumed_'),

  sources: { title: (n: string) => `${n} facts are on record`, under: 'A fact is one thing that happened: a line ordered, a return, a count of stock.', fresh: 'Newest', kinds: 'What it told', perMinute: 'A minute', late: 'Late', unknown: 'Unknown', stale: 'silent', staleFor: (usual: string) => `Nothing came for longer than the usual ${usual}. Look whether it still sends.`, usual: (s: number) => (s >= 172_800 ? `${Math.round(s / 86_400)} days` : s >= 7200 ? `${Math.round(s / 3600)} hours` : 'hour') },
  tail: { title: 'As it comes in', under: 'The newest facts, without what names a person.', stop: 'Hold still', go: 'Go on', none: 'Nothing came since the server started.', loading: 'Looking …', columns: { at: 'Received', kind: 'What happened', about: 'About', source: 'Source', id: 'Id' } },
  import: {
    again: 'Drop more files here', every: (n: number) => `Import all ${n}`, layout: (name: string) => `recognised as an export of ${name}`, assumes: 'What such a file does not say, and is taken for granted', kindBy: { columns: 'recognised by its columns', name: 'recognised by its name', user: 'as you said', content: 'recognised by what it holds' } as Record<string, string>,
    by: { name: 'by its name', content: 'by what it holds', user: 'you said so' } as Record<string, string>,
    found: 'How it will be read', missing: (n: number) => (n === 1 ? '1 more thing this kind of file may hold is not in it' : `${n} more things this kind of file may hold are not in it`), needs: 'needed', how: 'Found',
    settings: 'How its values are written', encoding: 'Letters', encodings: { 'utf-8': 'UTF-8', 'windows-1252': 'Western (Windows-1252, Latin-1)', 'utf-16': 'UTF-16' } as Record<string, string>,
    delimiter: 'Columns are parted by', delimiters: { ',': 'Comma', ';': 'Semicolon', '\t': 'Tab', '|': 'Upright stroke' } as Record<string, string>, decimals: { '.': '1,234.50', ',': '1.234,50' } as Record<string, string>,
    unanswered: 'not clear yet', dateExample: (d: string) => `in the file: ${d}`, badCurrency: 'Three letters, like EUR', badZone: 'Not a known time zone',
    rereading: 'Reading it again', answerFirst: (n: number) => (n === 1 ? 'One question above has to be answered first.' : `${n} questions above have to be answered first.`), safe: 'Nothing is recorded before you press Import.',
    sourceHint: 'A name for where it comes from. A newer file of the same source replaces what it says again.',
    sum: (read: string) => `${read} rows read`, equals: '=', plus: '+', reasons: 'Why rows were kept back or left out', rows: 'Rows', reason: 'Reason', running: 'Still running', when: 'When', file: 'File', read: 'Read',
    undo: 'Take back', undoTitle: (name: string) => `Take back ${name}?`, taken: (n: string) => `(${n} facts)`,
    undoText: (facts: string) => `It recorded ${facts} facts. They are removed, with its rows in quarantine, as if the file had never come; what another file told too stays. All figures are worked out anew, which may take a while. The file can be imported again afterwards.`,
    mapping: 'How it was read', none: 'No file has been imported yet.', stop: 'Stop', elapsed: (done: string, total: string) => `${done} of ${total}`, rowsSoFar: (done: string) => `${done} so far`, viewer: 'Your role may look, but not import. Ask an administrator to make you an operator.',
    status: { running: 'running', failed: 'failed', cancelled: 'stopped', done: 'done', taking_back: 'being taken back', taken_back: 'taken back' } as Record<string, string>,
  },
  quarantine: {
    open: 'Waiting', replayed: 'Tried again', dismissed: 'Dismissed', status: 'Show', count: (n: string) => `${n} rows wait for somebody`, everything: 'All reasons', again: 'Try again', with: 'Try again with other settings', change: 'Change how they are read',
    changeText: (n: string) => `${n} rows are read again. Those that become facts leave the quarantine; the others stay, with their new reason.`, keep: 'as it was', columnsTitle: 'Columns', of: (name: string) => `Rows of ${name}`, imports: 'Rows of which import',
    confirm: (n: string) => `Dismiss ${n} rows?`, confirmText: 'They will not become facts. They stay on record under “Dismissed”, with their reason.', dismissed1: 'The row is dismissed.', from: (name: string) => `from ${name}`, result: (facts: string, left: string) => `${facts} rows became facts; ${left} stay in quarantine.`,
    viewer: 'Rows may hold personal data, so only operators and above see them.', emptyDismissed: 'Nothing was dismissed', emptyReplayed: 'Nothing was tried again',
  },
  quality: { nothing: 'Every check passed. Findings appear here with counts and example rows after an import.', examplesOf: (n: string, shown: number) => `${shown} of ${n}` },
  models: {
    better: (share: string, base: string) => `${share} better than the baseline “${base}”`, worse: 'No better than its baseline', untested: 'The past is too short to test it', lower: 'lower is better', higher: 'higher is better', history: (n: number) => `Trained ${n} times`, on: 'Tested on', why: 'Why this one', used: 'answers', data: 'Data',
    metrics: {
      WAPE: 'Sum of all errors in units, divided by all units sold', BRIER: 'Mean squared distance between the chance given and what happened', 'HR@20': 'Share of tests in which the hidden product was among the 20 shown',
    } as Record<string, string>,
  },
}

const { sources, import: importing, quarantine, quality, models, ...rest } = strings.data

export const words = {
  ...rest, ...own,
  sources: { ...sources, ...own.sources, factsCount: sources.facts },
  tail: own.tail,
  import: { ...importing, ...own.import },
  quarantine: { ...quarantine, ...own.quarantine },
  quality: { ...quality, ...own.quality },
  models: { ...models, ...own.models },
}

export const reasonName = (code: string) => words.reasons[code] ?? (code.charAt(0).toUpperCase() + code.slice(1)).replaceAll('_', ' ')
export const kindName = (kind: string) => words.kinds[kind] ?? kind
export const factName = (kind: string) => words.facts[kind] ?? kind.replace('.', ' ').replaceAll('_', ' ')
