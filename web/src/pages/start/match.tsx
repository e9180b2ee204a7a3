// The platform's own report beside ours, by month, with every difference followed to what explains it.
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { apiUrl, useGet } from '../../api'
import type { SalesLine, SalesOrders, SalesReport } from '../../api'
import { day, instant, minorOf, money, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { explain } from './difference'
import { forms } from './forms'
import type { Column } from './forms'
import css from './start.module.css'

const words = strings.start.match

const optional = new Set(['fees', 'additionalFees', 'handling'])
const name = (c: Column) => words.columns[c.key]

export function Match({ agreed, onAgree }: { agreed: boolean; onAgree: () => void }) {
  const shop = useShop()
  const [url, setUrl] = useUrlState()
  const query = useGet<SalesReport>('data', '/reports/sales')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const report = query.data
  if (report.months.length === 0) return <EmptyState title={words.empty} action={{ label: strings.start.steps.files, to: '/start/files' }}>{words.emptyText}</EmptyState>
  const guessed = report.platform in forms ? report.platform : 'other'
  const platform = url.platform && url.platform in forms ? url.platform : guessed
  // A line that is nought throughout only takes room.
  const columns = (forms[platform] ?? []).filter((c) => !optional.has(c.key) || c.of(report.sum) !== 0)
  const month = report.months.find((m) => m.month === url.month) ?? report.months.at(-2) ?? report.months.at(-1)
  const left = Object.values(report.left_out).reduce((sum, n) => sum + n, 0)
  return (
    <>
      <Section title={words.title} under={words.under(report.currency || '–')} flush actions={<NativeSelect label={words.platform} value={platform} onChange={(e) => setUrl({ platform: e.currentTarget.value })} data={Object.entries(words.platforms).map(([value, label]) => ({ value, label }))} />}>
        <div className={css.scroll} tabIndex={0} role="region" aria-label={words.title}>
          <table className={css.table}>
            <thead><tr><th scope="col">{words.month}</th>{columns.map((c) => <th key={c.key} scope="col" data-end>{name(c)}</th>)}</tr></thead>
            <tbody>
              {[...report.months].reverse().map((line) => <Line key={line.month} label={day(`${line.month}-01`, 'month')} line={line} columns={columns} />)}
            </tbody>
            <tfoot><Line label={words.sum} line={report.sum} columns={columns} /></tfoot>
          </table>
        </div>
        {words.notes[platform] && <p className={css.foot}>{words.notes[platform]}</p>}
        {(report.others > 0 || left > 0) && <p className={css.foot}>
          {report.others > 0 && words.others(number(report.others))} {left > 0 && <>{words.leftOut(number(left))} <Link to="/data/{-$tab}" params={{ tab: 'quarantine' }}>{words.leftOutLink}</Link></>}
        </p>}
      </Section>
      {month && <Compare key={month.month + platform} shop={shop} months={report.months} month={month} columns={columns} onMonth={(m) => setUrl({ month: m })} />}
      {!agreed && <div><Button onClick={onAgree}>{words.agrees}</Button></div>}
    </>
  )
}

function Line({ label, line, columns }: { label: string; line: SalesLine; columns: Column[] }) {
  const shop = useShop()
  return <tr><th scope="row">{label}</th>{columns.map((c) => <td key={c.key} data-end>{shown(c, c.of(line), shop)}</td>)}</tr>
}

const shown = (c: Column, v: number, shop: ReturnType<typeof useShop>) => (c.count ? number(v) : money(v, shop))

interface Comparing { shop: ReturnType<typeof useShop>; months: SalesLine[]; month: SalesLine; columns: Column[]; onMonth: (month: string) => void }

function Compare({ shop, months, month, columns, onMonth }: Comparing) {
  const [theirs, setTheirs] = useState<Partial<Record<string, string>>>({})
  const orders = useGet<SalesOrders>('data', `/reports/sales/${month.month}`, { limit: 1000 })
  const list = orders.data?.items ?? []
  return (
    <Section title={words.compareTitle} under={words.compareText} actions={<NativeSelect aria-label={words.month} value={month.month} onChange={(e) => onMonth(e.currentTarget.value)} data={[...months].reverse().map((m) => ({ value: m.month, label: day(`${m.month}-01`, 'month') }))} />}>
      <div className={css.compare}>
        <div className={css.inputs}>
          {columns.map((c) => {
            const text = theirs[c.key] ?? ''
            const typed = c.count ? (/^\s*\d+\s*$/.test(text) ? Number(text) : undefined) : minorOf(text, shop.currency_exponent)
            const apart = typed === undefined ? undefined : typed - c.of(month)
            const why = apart ? explain(c, apart, month, list) : undefined
            return (
              <div key={c.key} className={css.measure}>
                <TextInput label={name(c)} description={`${words.ours}: ${shown(c, c.of(month), shop)}`} placeholder={words.theirs} inputMode="decimal" value={text} onChange={(e) => setTheirs({ ...theirs, [c.key]: e.currentTarget.value })} error={text.trim() !== '' && typed === undefined && words.badAmount} />
                <p aria-live="polite" data-apart={Boolean(apart) || undefined}>
                  {apart === 0 && words.same}
                  {apart !== undefined && apart !== 0 && <>{words.why(words.difference, shown(c, apart, shop))}. {why?.order ? (why.edge ? words.isEdge(why.order) : words.isOrder(why.order)) : words[why?.line ?? 'isNothing']}</>}
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
