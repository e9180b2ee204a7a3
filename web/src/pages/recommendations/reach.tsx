// How much of the catalogue lists reach, how they are made, and what they can never show.
import { NativeSelect } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { apiUrl, useGet } from '../../api'
import type { NeverList, OnSite } from '../../api'
import { number, percent } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { DataTable, ListPanel, SearchField } from '../../table'
import css from './recommendations.module.css'

const all = strings.recommendations
const words = all.reach
const limit = 50

export function Reach() {
  const query = useGet<OnSite>('recommendations', '/recommendations')
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  if (query.data.coverage.products === 0) return <EmptyState title={all.preview.noProducts} action={{ label: all.preview.import, to: '/data/import' }}>{all.preview.noProductsText}</EmptyState>
  return <div className={css.stack}><Coverage stand={query.data} /><Made stand={query.data} /><Method stand={query.data} /><Never /></div>
}

function Coverage({ stand }: { stand: OnSite }) {
  const { coverage: c } = stand
  const figures: [string, string, string?][] = [[words.products, number(c.products)], [words.shown, number(c.shown)], [words.never, number(c.never)], [words.lists, number(c.lists)], [words.top, percent(c.top_share, 0), words.topHint]]
  return (
    <Section title={c.lists > 0 ? words.title(percent(c.shown / c.products, 0)) : words.none} under={c.lists > 0 ? undefined : words.noneText}>
      <dl className={css.figures}>{figures.map(([label, value, hint]) => <div key={label} title={hint}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
      {c.lists > 0 && (
        <table className={`${css.table} ${css.plain}`} aria-label={words.byPlace}>
          <thead><tr><th scope="col">{words.place}</th><th scope="col" data-end>{words.lists}</th></tr></thead>
          <tbody>{stand.placements.filter((p) => p.lists > 0).map((p) => <tr key={p.name}><th scope="row">{all.placements[p.name] ?? p.name}</th><td data-end>{number(p.lists)}</td></tr>)}</tbody>
        </table>
      )}
    </Section>
  )
}

/** How the lists of each place are made, as the shop's past chose it. */
function Made({ stand }: { stand: OnSite }) {
  const ways = stand.placements.flatMap((p) => p.ways.map((w) => ({ p, w, used: w.tried.find((t) => t.chosen), usual: w.tried.find((t) => t.name === 'usual trust') })))
  if (ways.length === 0) return <Section title={words.made}><p>{words.madeNone}</p></Section>
  const source = (s: string) => (s === 'everywhere' ? words.everywhere : all.sources[s] ?? s)
  return (
    <Section title={words.made} under={words.madeUnder} flush>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={words.made}>
        <table className={css.table}>
          <thead><tr><th scope="col">{words.place}</th><th scope="col">{words.moment}</th><th scope="col">{words.way}</th><th scope="col" data-end title={words.hints.hit}>{words.found}</th><th scope="col" data-end title={words.hints.hit}>{words.wayNames['usual trust']}</th></tr></thead>
          <tbody>
            {ways.map(({ p, w, used, usual }) => (
              <tr key={p.name + w.moment}>
                <th scope="row">{all.placements[p.name] ?? p.name}</th><td>{words.moments[w.moment] ?? w.moment}</td>
                <td className={css.way}>{words.wayNames[used?.name ?? ''] ?? used?.name}{used?.name === 'mixture' && <span className={css.reason}>{w.weights.map((s) => `${source(s.source)} ${percent(s.weight, 0)}`).join(', ')}</span>}</td>
                <td data-end>{percent(used?.hit_rate)}</td><td data-end>{percent(usual?.hit_rate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function Method({ stand }: { stand: OnSite }) {
  const { method: m } = stand
  const way = (name: string) => words.ways[name] ?? name
  const columns = words.methodColumns
  if (m.tried.length === 0) return <Section title={words.method(way(m.chosen || 'usual'))}><p>{words.methodNone(number(m.needed), number(m.visits))}</p></Section>
  return (
    <Section title={words.method(way(m.chosen))} under={words.methodUnder} flush>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={words.method(way(m.chosen))}>
        <table className={css.table}>
          <thead><tr><th scope="col">{columns.name}</th><th scope="col" data-end title={words.hints.hit}>{columns.hit}</th><th scope="col" data-end title={words.hints.mrr}>{columns.mrr}</th><th scope="col" data-end>{columns.ndcg}</th><th scope="col" data-end>{columns.questions}</th></tr></thead>
          <tbody>
            {m.tried.map((t) => (
              <tr key={t.name} data-chosen={t.chosen || undefined}>
                <th scope="row">{way(t.name)}{t.chosen && <span className={css.tag}>{words.used}</span>}</th>
                <td data-end>{percent(t.hit_rate)}</td><td data-end>{number(t.mrr, 3)}</td><td data-end>{number(t.ndcg10, 3)}</td><td data-end>{number(t.questions)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function Never() {
  const [url, setUrl] = useUrlState()
  const params = { q: url.q, why: url.why, limit, offset: Number(url.offset ?? 0) }
  const query = useGet<NeverList>('recommendations', '/recommendations/never', params)
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const { items, total, reasons } = query.data
  const count = reasons.reduce((sum, r) => sum + r.products, 0)
  if (count === 0) return <Section title={words.neverTitle}><EmptyState title={words.neverNone}>{words.neverNoneText}</EmptyState></Section>
  const why = (w: string) => words.whys[w] ?? w
  return (
    <section aria-labelledby="never">
      <h2 id="never" className={css.heading}>{words.neverTitle}</h2>
      <p className="small quiet">{words.neverUnder}</p>
      <ListPanel
        title={words.neverTitle} csv={apiUrl('/recommendations/never', { q: url.q, why: url.why, format: 'csv' })}
        tools={<><SearchField label={words.search} /><NativeSelect aria-label={words.reason} value={url.why ?? ''} onChange={(e) => setUrl({ why: e.currentTarget.value, offset: undefined })} data={[{ value: '', label: words.all(number(count)) }, ...reasons.map((r) => ({ value: r.why, label: `${why(r.why)} (${number(r.products)})` }))]} /></>}
      >
        {items.length === 0 ? <EmptyState title={words.noMatch}>{words.noMatchText}</EmptyState> : (
          <DataTable
            label={words.neverTitle} rows={items} keyOf={(p) => p.sku} page={{ limit, total }} busy={query.isPlaceholderData}
            columns={[
              { id: 'title', label: words.columns.title, cell: (p) => <Link data-row to="/products/$sku" params={{ sku: p.sku }} className={css.name}><span>{p.title}</span> <span className={css.code}>{p.sku}</span></Link> },
              { id: 'why', label: words.columns.why, cell: (p) => why(p.why) },
            ]}
          />
        )}
      </ListPanel>
    </section>
  )
}
