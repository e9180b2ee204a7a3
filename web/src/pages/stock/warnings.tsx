// Open purchases with the chance to be late and what that costs, and suppliers whose lead times have changed.
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { OpenPurchase, Shop, Warnings as WarningList } from '../../api'
import { day, moneyShort, number, percent } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, Tag, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable, ListNote, ListPanel } from '../../table'
import type { Column } from '../../table'
import chips from '../decisions/filters.module.css'
import css from './stock.module.css'

const words = strings.stock.warnings
const limit = 50

export function Warnings() {
  const shop = useShop()
  const [url, setUrl] = useUrlState()
  const query = useGet<WarningList>('stock', '/warnings')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={8} />
  const { items, total, alerts, risk_minor: risk, no_price: noPrice, forgotten, drifts, today } = query.data
  if (total === 0 && drifts.length === 0) return <EmptyState title={words.empty} action={<Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind: 'purchases' }}>{words.add}</Link>}>{words.emptyText}</EmptyState>
  const only = url.state !== 'all'
  const shown = only ? items.filter((p) => p.alert) : items
  const offset = Number(url.offset ?? 0)
  return (
    <>
      <div className={css.sums}>
        <Section title={risk > 0 ? words.risk(moneyShort(risk, shop)) : words.riskNone} actions={<Tag basis="estimated" />}>
          <p>{words.under}</p>
          {noPrice > 0 && <p>{words.noPrice(number(noPrice))}</p>}
          {forgotten > 0 && <p>{words.forgotten(number(forgotten))}</p>}
        </Section>
        <Section title={drifts.length === 0 ? words.driftNone : words.drift(number(drifts.length))} actions={<Tag basis="measured" />}>
          {drifts.length === 0 ? <p>{words.driftUnder}</p> : (
            <ul className={css.drifts}>{drifts.map((d) => <li key={d.id}><b>{d.supplier}</b> {(d.slower ? words.slower : words.faster)(number(d.factor, 1), day(d.since), number(d.deliveries))}</li>)}</ul>
          )}
        </Section>
      </div>
      <div className={chips.filters}>
        <div className={chips.chips} role="group" aria-label={strings.stock.filter}>
          <button type="button" aria-pressed={only} onClick={() => setUrl({ state: undefined, offset: undefined })}>{words.needs} <span>{number(alerts)}</span></button>
          <button type="button" aria-pressed={!only} onClick={() => setUrl({ state: 'all', offset: undefined })}>{strings.stock.all} <span>{number(total)}</span></button>
        </div>
      </div>
      <ListPanel title={words.list} csv={apiUrl('/warnings', { format: 'csv' })}>
        <ListNote><span role="status">{words.count(number(shown.length))}</span> · {strings.stock.today(day(today))}</ListNote>
        {shown.length === 0
          ? <EmptyState title={words.none}>{words.noneText}</EmptyState>
          : <DataTable label={words.list} columns={columnsFor(shop)} rows={shown.slice(offset, offset + limit)} keyOf={(p) => `${p.purchase}/${p.sku}/${p.placed}`} page={{ limit, total: shown.length }} />}
      </ListPanel>
    </>
  )
}

function columnsFor(shop: Shop): Column<OpenPurchase>[] {
  const { columns, hints } = words
  return [
    { id: 'title', label: columns.product, cell: (p) => <Link data-row to="/products/$sku" params={{ sku: p.sku }} className={css.name}><span>{p.title || p.sku}</span><span className={css.code}>{[p.purchase, p.supplier].filter(Boolean).join(' · ')}</span></Link> },
    { id: 'units', label: columns.units, end: true, cell: (p) => <Two one={number(p.units)} two={p.part_came ? words.rest(day(p.part_came, 'short')) : words.placed(day(p.placed, 'short'))} /> },
    { id: 'promised', label: columns.promised, end: true, cell: (p) => <Two one={day(p.promised, 'short')} two={p.forgotten ? words.forgottenOne : p.overdue ? words.overdue : undefined} loss={p.overdue} /> },
    { id: 'likely', label: columns.likely, hint: hints.likely, end: true, cell: (p) => <Two one={day(p.likely, 'short')} two={words.latest(day(p.latest, 'short'))} /> },
    { id: 'late', label: columns.late, hint: hints.late, end: true, cell: (p) => <Two one={percent(p.late_chance, 0)} two={p.basis === 'assumed' ? words.assumed : undefined} /> },
    { id: 'out', label: columns.out, hint: hints.out, end: true, cell: (p) => <Two one={percent(p.stockout_chance, 0)} two={p.available === undefined ? strings.stock.notCounted : words.available(number(p.available))} /> },
    { id: 'risk', label: columns.risk, hint: hints.risk, end: true, cell: (p) => <Two one={p.risk_minor === undefined ? '–' : moneyShort(p.risk_minor, shop)} two={p.short_units > 0 ? strings.stock.units(number(p.short_units, p.short_units < 10 ? 1 : 0)) : undefined} /> },
  ]
}

function Two({ one, two, loss }: { one: string; two?: string; loss?: boolean }) {
  return <span className={css.two}><span>{one}</span>{two && <span className={css.code} data-loss={loss || undefined}>{two}</span>}</span>
}
