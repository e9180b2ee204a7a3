export const digest = {
  title: 'The week in short',
  mailed: (day: string, hour: number) => `mailed on ${day[0]?.toUpperCase() ?? ''}${day.slice(1)}s at ${hour}:00`,
  notMailed: 'not mailed; name a day below',
  empty: 'No sale is on record yet', emptyText: 'Import orders on the Data page, and the week is told here.',
  happened: 'What happened', net: 'Net sales', orders: 'Orders', lastWeek: 'The week before', lastYear: 'The same week last year', week: 'This week', uncovered: 'not covered',
  until: (day: string) => `The newest sale on record is of ${day}. Later days count as zero until their orders come.`,
  waits: 'What waits in Decisions', none: 'Nothing waits for a decision.', open: (n: string) => `${n} proposals wait.`, worth: (v: string) => `Together they are expected to be worth ${v}.`, decide: 'Open Decisions',
  leaks: 'Where most money is lost', leaksUnder: 'The three costliest of the last 52 weeks.',
  stock: 'What ran out, or will', out: (n: string) => `Wanted, and nothing is left: ${n}`, soon: (n: string) => `Less than two weeks of cover: ${n}`, weeks: (n: string) => `${n} weeks`, more: (n: string) => `and ${n} more`, fine: 'Nothing that is known. Products without a stock count are not looked at.',
  problems: 'Problems of the data', quarantined: (n: string) => `${n} lines are in quarantine.`, clean: 'None was found.', look: 'Open Data',
  plan: {
    title: 'By mail', text: (zone: string) => `Once a week, in the time of ${zone}. Each shop has a plan of its own.`,
    noMail: 'This server does not know how to send mail yet: start it with --mail-host, --mail-from and --digest-to. The plan is kept.',
    day: 'Day', hour: 'Hour', readers: 'To', readersText: 'E-mail addresses. Nobody named: to whom the server was told to mail.', save: 'Save the plan', saved: 'Saved.',
    days: { off: 'Not mailed', monday: 'Mondays', tuesday: 'Tuesdays', wednesday: 'Wednesdays', thursday: 'Thursdays', friday: 'Fridays', saturday: 'Saturdays', sunday: 'Sundays' },
  },
}
