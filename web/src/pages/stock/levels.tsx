// Every product with what is there, how long it lasts, what is at risk and what lies too long.
import { NativeSelect } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { Shop, StockList, StockRow, StockSums } from '../../api'
import { day, moneyShort, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, SyntheticNote, Tag, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable, ListNote, ListPanel, SearchField } from '../../table'
import type { Column } from '../../table'
import chips from '../decisions/filters.module.css'
import css from './stock.module.css'

const words = strings.stock
const limit = 50
const states = ['out', 'late', 'soon', 'fine', 'over', 'still', 'unknown'] as const

export function Levels() {
  const shop = useShop()
  const [url, setUrl] = useUrlState()
  const params = { q: url.q, state: url.state, supplier: url.supplier, sort: url.sort ?? '-risk', limit, offset: Number(url.offset ?? 0) }
  const query = useGet<StockList>('stock', '/stock', params)
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton rows={12} />
  const { items, total, sums, suppliers, today } = query.data
  const counted = Object.values(sums.by_state).reduce((a, b) => a + b, 0) - sums.no_count
  const filtered = Boolean(url.q || url.state || url.supplier)
  if (counted === 0 && !filtered) return <EmptyState title={words.empty} action={<Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind: 'stock' }}>{words.import}</Link>}>{words.emptyText}</EmptyState>
  const all = Object.values(sums.by_state).reduce((a, b) => a + b, 0)
  return (
    <>
      <SyntheticNote sources={items.filter((r) => r.synthetic).map((r) => r.sku).slice(0, 3)} />
      <Sums sums={sums} />
      <div className={chips.filters}>
        <div className={chips.chips} role="group" aria-label={words.filter}>
          <button type="button" aria-pressed={!url.state} onClick={() => setUrl({ state: undefined, offset: undefined })}>{words.all} <span>{number(all)}</span></button>
          {states.filter((s) => (sums.by_state[s] ?? 0) > 0 || s === url.state).map((s) => (
            <button key={s} type="button" title={words.stateHints[s]} aria-pressed={url.state === s} onClick={() => setUrl({ state: s, offset: undefined })}>{words.states[s]} <span>{number(sums.by_state[s] ?? 0)}</span></button>
          ))}
        </div>
      </div>
      <ListPanel
        title={words.list} csv={apiUrl('/stock', { ...params, limit: undefined, offset: undefined, format: 'csv' })}
        tools={<><SearchField label={words.search} />{suppliers.length > 1 && <NativeSelect aria-label={words.supplier} size="sm" value={url.supplier ?? ''} onChange={(e) => setUrl({ supplier: e.currentTarget.value || undefined, offset: undefined })} data={[{ value: '', label: words.allSuppliers }, ...suppliers]} />}</>}
      >
        <ListNote><span role="status">{strings.demand.count(number(total))}</span> · {words.today(day(today))}</ListNote>
        {items.length === 0
          ? <EmptyState title={words.none} action={<Link to="/stock">{words.clear}</Link>}>{words.noneText}</EmptyState>
          : <DataTable label={words.list} columns={columnsFor(shop, today)} rows={items} keyOf={(r) => r.sku} sort="-risk" page={{ limit, total }} busy={query.isPlaceholderData} />}
      </ListPanel>
    </>
  )
}

function Sums({ sums }: { sums: StockSums }) {
  const shop = useShop()
  const add = (kind: string, label: string) => <Link to="/data/{-$tab}" params={{ tab: 'import' }} search={{ kind }}>{label}</Link>
  return (
    <div className={css.sums}>
      <Section title={sums.risk_sales_minor > 0 ? words.risk(moneyShort(sums.risk_sales_minor, shop)) : words.riskNone} actions={<Tag basis="estimated" />}>
        <p>{words.estimate} {sums.risk_margin_minor > 0 && words.riskMargin(moneyShort(sums.risk_margin_minor, shop))}</p>
        {sums.no_lead > 0 && <p>{words.noLead(number(sums.no_lead))} {add('supply', words.addLeads)}</p>}
        {sums.no_count > 0 && <p>{words.noCount(number(sums.no_count))} {add('stock', words.addCounts)}</p>}
        {sums.no_cost > 0 && <p>{words.noCost(number(sums.no_cost))} {add('costs', words.addCosts)}</p>}
      </Section>
      <Section title={sums.over_cost_minor > 0 ? words.over(moneyShort(sums.over_cost_minor, shop)) : words.overNone} actions={<Tag basis="estimated" />}>
        <p>{words.stateHints.over}</p>
        {sums.over_no_cost > 0 && <p>{words.overNoCost(number(sums.over_no_cost))} {add('costs', words.addCosts)}</p>}
      </Section>
    </div>
  )
}

function columnsFor(shop: Shop, today: string): Column<StockRow>[] {
  const { columns, hints } = words
  return [
    { id: 'title', label: columns.title, sort: 'title', cell: (r) => <Link data-row to="/products/$sku" params={{ sku: r.sku }} className={css.name}><span>{r.title || r.sku}</span><span className={css.code}>{[r.sku, r.supplier, r.sell_until && words.until(day(r.sell_until, 'short'))].filter(Boolean).join(' · ')}</span></Link> },
    { id: 'state', label: columns.state, cell: (r) => <span className={css.two}><span className={css.state} data-state={r.state} title={words.stateHints[r.state]}>{words.states[r.state]}</span>{r.missing && <span className={css.code}>{r.missing}</span>}</span> },
    { id: 'available', label: columns.available, hint: hints.available, sort: 'available', end: true, cell: (r) => (r.available === undefined ? <span className="quiet small">{words.notCounted}</span> : <Two one={number(r.available)} two={r.on_hand !== r.available ? words.onHand(number(r.on_hand)) : undefined} />) },
    { id: 'incoming', label: columns.incoming, hint: hints.incoming, sort: 'incoming', end: true, low: true, cell: (r) => <Two one={r.incoming > 0 ? number(r.incoming) : '–'} two={r.next_due && (r.next_due < today ? words.overdue(day(r.next_due, 'short')) : words.due(day(r.next_due, 'short')))} /> },
    { id: 'cover', label: columns.cover, hint: hints.cover, sort: 'cover', end: true, cell: (r) => (r.weeks_of_cover === undefined ? '–' : words.weeks(number(r.weeks_of_cover, r.weeks_of_cover < 10 ? 1 : 0))) },
    { id: 'stockout', label: columns.stockout, hint: hints.stockout, sort: 'stockout', end: true, cell: (r) => <Two one={r.stockout_day ? day(r.stockout_day) : r.weeks_of_cover === undefined ? '–' : words.beyond} two={r.arrives_day ? words.arrives(day(r.arrives_day, 'short')) : words.noLeadTime} /> },
    { id: 'risk', label: columns.risk, hint: hints.risk, sort: 'risk', end: true, cell: (r) => (r.risk_units === undefined ? '–' : <Two one={moneyShort(r.risk_sales_minor, shop)} two={words.units(number(r.risk_units, r.risk_units < 10 ? 1 : 0))} />) },
    { id: 'over', label: columns.over, hint: hints.over, sort: 'over', end: true, low: true, cell: (r) => (r.over_units === undefined ? '–' : <Two one={r.over_cost_minor === undefined ? words.noCostKnown : moneyShort(r.over_cost_minor, shop)} two={words.units(number(r.over_units))} />) },
  ]
}

function Two({ one, two }: { one: string; two?: string }) {
  return <span className={css.two}><span>{one}</span>{two && <span className={css.code}>{two}</span>}</span>
}
