export const settings = {
  title: 'Settings',
  tabs: { shop: 'Shop', users: 'People', keys: 'API keys', audit: 'Audit log', account: 'Your sign-in' },
  tabsLabel: 'Settings',
  save: 'Save',
  saved: 'Saved',
  adminOnly: 'Only administrators can change this.',
  remove: 'Remove',
  never: 'never',

  shop: {
    everything: 'Everything on record', everythingUnder: 'Facts, state, decisions and settings as one zip archive, readable without Almanac.', everythingText: 'It holds personal data: keep it as safe as the data itself. A large shop takes a while.', everythingGet: 'Export everything',
    title: 'Shop', under: 'Used for every figure on every page.',
    name: 'Name', currency: 'Currency', currencyHint: 'ISO code of three letters, such as GBP. Amounts are not converted.', zone: 'Time zone', zoneHint: 'Days begin and end at this zone’s midnight.',
    assumed: 'The files name no currency; this one is assumed. Save to confirm it.', unknown: 'The currency is not known: amounts are shown without one until you set it.',
    modes: 'Programmes', modesUnder: 'What each may do by itself.', programmes: { reorder: 'Reorder', markdown: 'Lower prices', winback: 'Win customers back' },
    modeHints: { off: 'Off: proposes nothing', shadow: 'Shadow: proposes for comparison only', approve: 'Approve: a person decides', auto: 'Auto: what meets every guardrail is done' },
    badCurrency: 'Three capital letters, such as EUR.', badZone: 'No such time zone. Write it as Europe/London.',
  },
  users: {
    title: 'People who can sign in', under: 'Viewers look, operators import and run, approvers decide, administrators do everything.',
    name: 'Name', email: 'E-mail', role: 'Role', password: 'Sign-in', set: 'by password', notSet: 'link not used yet', add: 'Add a person', you: 'you',
    roleHints: { viewer: 'sees everything, changes nothing', operator: 'also imports files and starts looks', approver: 'also approves and rejects', admin: 'also manages people, keys and the shop' },
    newLink: 'New link', link: 'One-time sign-in link', linkText: (name: string) => `Give this link to ${name}. It works once; they set their own password.`,
    confirmRemove: (name: string) => `Remove ${name}?`, removeText: 'They are signed out at once and can no longer sign in. What they decided stays in the audit log.',
  },
  keys: {
    title: 'API keys', under: 'A write key may only send events from a storefront and can be public. A server key may do what an operator may: keep it secret.',
    name: 'Name', kind: 'Kind', prefix: 'Begins with', created: 'Created', used: 'Last used', add: 'Create a key', kinds: { write: 'Write', server: 'Server' },
    kindHints: { write: 'for the storefront: sends events', server: 'for your servers: reads and imports' },
    secret: 'Your new key', secretText: 'Copy it now. It is stored only as a hash and cannot be shown again.', copy: 'Copy', copied: 'Copied', done: 'I have copied it',
    empty: 'No keys yet', emptyText: 'Create a write key to send events from your storefront, or a server key for your own programs.',
    confirmRemove: (name: string) => `Remove the key “${name}”?`, removeText: 'Programs that use it are refused from now on. This cannot be undone.',
  },
  audit: {
    title: 'Audit log', ok: 'The chain is whole: no entry was changed or removed.', broken: 'The chain is broken: an entry was changed or removed. Compare with a backup and run “almanac doctor”.',
    under: 'Every decision and every change of settings. Each entry carries the hash of the one before.', search: 'Search people, events and details', at: 'When', actor: 'Who', event: 'What', detail: 'Detail', hash: 'Hash', decision: 'Open decision',
    empty: 'Nothing matches',
  },
  account: {
    title: 'Your sign-in', first: 'Set these now: the link you came by works only once.', under: 'How you sign in.', name: 'Name', email: 'E-mail', current: 'Current password', password: 'New password', passwordHint: 'At least 10 characters. A sentence is fine.', short: (n: number) => `${n} more characters, please.`, badEmail: 'Write an e-mail address such as anna@example.com.',
  },
  signIn: {
    title: 'Sign in', email: 'E-mail', password: 'Password', submit: 'Sign in', link: 'Signing you in…', linkFailed: 'The link did not work', toPassword: 'Sign in with a password',
    lost: 'No password yet, or lost? An administrator can make a one-time link, or run on the server:', command: 'almanac user link', tagline: 'What the shop should do next, and what that earned.',
  },
}
