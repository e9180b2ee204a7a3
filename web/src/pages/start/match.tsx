// The platform's own report beside ours, by month, with every difference followed to what explains it.
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { apiUrl, useGet } from '../../api'
import type { SalesLine, SalesOrders, SalesReport } from '../../api'
import { day, instant, money, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { explain, minorOf } from './difference'
import type { Measure } from './difference'
import css from './start.module.css'

const words = strings.start.match

// The lines of each platform's report, in its order.
const layouts: Record<string, Measure[]> = {
  shopify: ['orders', 'gross_minor', 'discounts_minor', 'returns_minor', 'net_minor', 'shipping_minor', 'fees_minor', 'tax_minor', 'total_minor'],
  woocommerce: ['orders', 'gross_minor', 'returns_minor', 'discounts_minor', 'net_minor', 'tax_minor', 'shipping_minor', 'fees_minor', 'total_minor'],
  amazon: ['orders', 'gross_minor', 'discounts_minor', 'returns_minor', 'net_minor', 'shipping_minor', 'fees_minor', 'tax_minor', 'total_minor'],
  adobe: ['orders', 'total_minor', 'returns_minor', 'tax_minor', 'shipping_minor', 'discounts_minor', 'gross_minor', 'net_minor', 'fees_minor'],
  bigcommerce: ['orders', 'total_minor', 'gross_minor', 'discounts_minor', 'returns_minor', 'net_minor', 'shipping_minor', 'fees_minor', 'tax_minor'],
  other: ['orders', 'gross_minor', 'discounts_minor', 'returns_minor', 'net_minor', 'shipping_minor', 'fees_minor', 'tax_minor', 'total_minor'],
}

export function Match({ agreed, onAgree }: { agreed: boolean; onAgree: () => void }) {
  const shop = useShop()
  const [url, setUrl] = useUrlState()
  const query = useGet<SalesReport>('data', '/reports/sales')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const report = query.data
  if (report.months.length === 0) return <EmptyState title={words.empty} action={{ label: strings.start.steps.files, to: '/start/files' }}>{words.emptyText}</EmptyState>
  const guessed = report.platform in layouts ? report.platform : 'other'
  const platform = url.platform && url.platform in layouts ? url.platform : guessed
  // A line that is nought throughout only takes room.
  const measures = (layouts[platform] ?? []).filter((m) => m !== 'fees_minor' || report.sum[m] !== 0)
  const name = (m: Measure) => words.own[platform]?.[m] ?? words.names[m]
  const month = report.months.find((m) => m.month === url.month) ?? report.months.at(-2) ?? report.months.at(-1)
  const left = Object.values(report.left_out).reduce((sum, n) => sum + n, 0)
  return (
    <>
      <Section title={words.title} under={words.under(report.currency || '–')} flush actions={<NativeSelect label={words.platform} value={platform} onChange={(e) => setUrl({ platform: e.currentTarget.value })} data={Object.entries(words.platforms).map(([value, label]) => ({ value, label }))} />}>
        <div className={css.scroll} tabIndex={0} role="region" aria-label={words.title}>
          <table className={css.table}>
            <thead><tr><th scope="col">{words.month}</th>{measures.map((m) => <th key={m} scope="col" data-end>{name(m)}</th>)}</tr></thead>
            <tbody>
              {[...report.months].reverse().map((line) => <Line key={line.month} label={day(`${line.month}-01`, 'month')} line={line} measures={measures} />)}
            </tbody>
            <tfoot><Line label={words.sum} line={report.sum} measures={measures} /></tfoot>
          </table>
        </div>
        {(report.others > 0 || left > 0) && <p className={css.foot}>
          {report.others > 0 && words.others(number(report.others))} {left > 0 && <>{words.leftOut(number(left))} <Link to="/data/{-$tab}" params={{ tab: 'quarantine' }}>{words.leftOutLink}</Link></>}
        </p>}
      </Section>
      {month && <Compare key={month.month + platform} shop={shop} months={report.months} month={month} measures={measures} name={name} onMonth={(m) => setUrl({ month: m })} />}
      {!agreed && <div><Button onClick={onAgree}>{words.agrees}</Button></div>}
    </>
  )
}

function Line({ label, line, measures }: { label: string; line: SalesLine; measures: Measure[] }) {
  const shop = useShop()
  return <tr><th scope="row">{label}</th>{measures.map((m) => <td key={m} data-end>{m === 'orders' ? number(line.orders) : money(line[m], shop)}</td>)}</tr>
}

interface Comparing { shop: ReturnType<typeof useShop>; months: SalesLine[]; month: SalesLine; measures: Measure[]; name: (m: Measure) => string; onMonth: (month: string) => void }

function Compare({ shop, months, month, measures, name, onMonth }: Comparing) {
  const [theirs, setTheirs] = useState<Partial<Record<Measure, string>>>({})
  const orders = useGet<SalesOrders>('data', `/reports/sales/${month.month}`, { limit: 1000 })
  const list = orders.data?.items ?? []
  return (
    <Section title={words.compareTitle} under={words.compareText} actions={<NativeSelect aria-label={words.month} value={month.month} onChange={(e) => onMonth(e.currentTarget.value)} data={[...months].reverse().map((m) => ({ value: m.month, label: day(`${m.month}-01`, 'month') }))} />}>
      <div className={css.compare}>
        <div className={css.inputs}>
          {measures.map((m) => {
            const text = theirs[m] ?? ''
            const typed = m === 'orders' ? (/^\s*\d+\s*$/.test(text) ? Number(text) : undefined) : minorOf(text, shop.currency_exponent)
            const apart = typed === undefined ? undefined : typed - month[m]
            const why = apart ? explain(m, apart, month, list) : undefined
            return (
              <div key={m} className={css.measure}>
                <TextInput label={name(m)} description={`${words.ours}: ${m === 'orders' ? number(month.orders) : money(month[m], shop)}`} placeholder={words.theirs} inputMode="decimal" value={text} onChange={(e) => setTheirs({ ...theirs, [m]: e.currentTarget.value })} error={text.trim() !== '' && typed === undefined && words.badAmount} />
                <p aria-live="polite" data-apart={Boolean(apart) || undefined}>
                  {apart === 0 && words.same}
                  {apart !== undefined && apart !== 0 && <>{words.why(words.difference, m === 'orders' ? number(apart) : money(apart, shop))}. {why?.order ? (why.edge ? words.isEdge(why.order) : words.isOrder(why.order)) : words[why?.line ?? 'isNothing']}</>}
                </p>
              </div>
            )
          })}
        </div>
        <div>
          <h3 className={css.part}>{words.largest(day(`${month.month}-01`, 'month'))}</h3>
          {orders.error ? <ErrorState error={orders.error} /> : (
            <ul className={css.orders} aria-busy={orders.isFetching || undefined}>
              {list.slice(0, 8).map((o) => <li key={o.order}><span>{o.order}<small>{instant(o.placed, shop.time_zone)}</small></span><b>{money(o.total_minor, shop)}</b></li>)}
            </ul>
          )}
          <p><a href={apiUrl(`/reports/sales/${month.month}`, { format: 'csv', limit: 1000 })} download>{words.list}</a></p>
        </div>
      </div>
    </Section>
  )
}
