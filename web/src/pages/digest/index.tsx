// The last whole week in short: the same as the weekly letter says.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useGet } from '../../api'
import type { Digest, DigestFigure, DigestProduct } from '../../api'
import { change, day, dayRange, money, number } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, Section, SyntheticNote, useShop } from '../../shell'
import { strings } from '../../strings'
import { DataTable } from '../../table'
import { Leaks } from '../home/leaks'
import { Plan } from './plan'
import css from './plan.module.css'

const words = strings.digest

export default function DigestPage() {
  const query = useGet<Digest>('home', '/digest')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  const d = query.data
  if (!d) return <PageSkeleton />
  return (
    <>
      <PageHeader title={words.title}>{dayRange(d.from, d.to)} · {d.mail_day === 'off' ? words.notMailed : words.mailed(d.mail_day, d.mail_hour)}</PageHeader>
      <SyntheticNote sources={d.synthetic} />
      <div className={css.page}>
        <Sales d={d} />
        <Waiting d={d} />
        <Section title={words.leaks} under={words.leaksUnder} flush><Leaks leaks={d.leaks} /></Section>
        <Stock d={d} />
        <Problems d={d} />
        <Plan key={`${d.mail_day} ${d.mail_hour} ${d.readers.join()}`} d={d} />
      </div>
    </>
  )
}

function Sales({ d }: { d: Digest }) {
  const shop = useShop()
  if (d.known_until === undefined) return <Section title={words.happened} flush><EmptyState title={words.empty}>{words.emptyText}</EmptyState></Section>
  const rows: { name: string; figure: DigestFigure; write: (v: number | undefined) => string }[] = [
    { name: words.net, figure: d.net_minor, write: (v) => money(v, shop) },
    { name: words.orders, figure: d.orders, write: (v) => number(v) },
  ]
  const beside = (r: (typeof rows)[number], other: number | undefined): ReactNode => {
    if (other === undefined) return <span className="quiet">{words.uncovered}</span>
    const by = change(r.figure.value, other)
    return <>{r.write(other)}{by && <span className="quiet"> ({by.text})</span>}</>
  }
  return (
    <Section title={words.happened} under={d.known_until < d.to ? words.until(day(d.known_until)) : undefined} flush>
      <DataTable label={words.happened} rows={rows} keyOf={(r) => r.name} columns={[
        { id: 'name', label: '', cell: (r) => <b>{r.name}</b> },
        { id: 'week', label: words.week, end: true, cell: (r) => (r.figure.value === undefined ? <span className="quiet">{words.uncovered}</span> : r.write(r.figure.value)) },
        { id: 'before', label: words.lastWeek, end: true, cell: (r) => beside(r, r.figure.last_week) },
        { id: 'year', label: words.lastYear, end: true, cell: (r) => beside(r, r.figure.last_year) },
      ]} />
    </Section>
  )
}

function Waiting({ d }: { d: Digest }) {
  const shop = useShop()
  return (
    <Section title={words.waits}>
      {d.open_decisions === 0 ? <p>{words.none}</p> : <><p>{words.open(number(d.open_decisions))} {d.open_decisions_value_minor !== undefined && words.worth(money(d.open_decisions_value_minor, shop))}</p><p><Link to="/decisions/{-$id}">{words.decide}</Link></p></>}
    </Section>
  )
}

function Stock({ d }: { d: Digest }) {
  return (
    <Section title={words.stock}>
      {d.out_total > 0 && <Products title={words.out(number(d.out_total))} products={d.out} total={d.out_total} />}
      {d.soon_total > 0 && <Products title={words.soon(number(d.soon_total))} products={d.soon} total={d.soon_total} />}
      {d.out_total + d.soon_total === 0 && <p>{words.fine}</p>}
    </Section>
  )
}

function Products({ title, products, total }: { title: string; products: DigestProduct[]; total: number }) {
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {products.map((p) => <li key={p.sku}><Link to="/products/$sku" params={{ sku: p.sku }}>{p.title || p.sku}</Link>{p.on_hand > 0 && p.weeks_of_cover !== undefined && <><br /><span className="quiet small">{words.weeks(number(p.weeks_of_cover, 1))}</span></>}</li>)}
        {total > products.length && <li className="quiet">{words.more(number(total - products.length))}</li>}
      </ul>
    </>
  )
}

function Problems({ d }: { d: Digest }) {
  const none = d.findings.length === 0 && d.quarantined === 0
  return (
    <Section title={words.problems}>
      {none ? <p>{words.clean}</p> : (
        <ul>
          {d.findings.map((f) => <li key={f.title}>{f.title}: {number(f.count)}<br /><span className="quiet small">{f.remedy}</span></li>)}
          {d.quarantined > 0 && <li>{words.quarantined(number(d.quarantined))}</li>}
        </ul>
      )}
      {!none && <p><Link to="/data/{-$tab}" params={{ tab: 'quality' }}>{words.look}</Link></p>}
    </Section>
  )
}
