// The models that answer, each beside its baseline.
import { Button } from '@mantine/core'
import { useGet, usePost } from '../../api'
import type { JobStarted, ModelList, ModelRow } from '../../api'
import { day, instant, number, percent } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useShop } from '../../shell'
import css from './data.module.css'
import { JobProgress } from './job'
import { words as all } from './strings'

const words = all.models

export function Models() {
  const may = useMay('operator')
  const query = useGet<ModelList>('models', '/models')
  const train = usePost<object, JobStarted>('/decisions/run', { invalidates: ['models', 'decisions'] })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const button = may && <Button size="sm" variant="default" loading={train.isPending} onClick={() => train.mutate({})}>{words.train}</Button>
  const state = (
    <>
      {train.error && <ErrorState error={train.error} />}
      {train.data && <div className={css.inset}><JobProgress id={train.data.job} /></div>}
    </>
  )
  if (query.data.items.length === 0) return <>{state}<EmptyState title={words.none} action={button || undefined}>{words.noneText}</EmptyState></>
  return (
    <>
      <div className={css.head}><p className="quiet">{words.noneText}</p>{button}</div>
      {state}
      <div className={css.models}>{query.data.items.map((m) => <Model key={m.question} m={m} />)}</div>
    </>
  )
}

/** Hit rates, precision and the like grow as a model gets better; errors shrink. */
const growing = /^(HR|NDCG|MAP|MRR|AUC|RECALL|PRECISION)/i

function Model({ m }: { m: ModelRow }) {
  const shop = useShop()
  const { card } = m
  const up = growing.test(card.metric)
  const own = card.champion_score
  const base = card.baseline_score
  const gain = own === undefined || base === undefined || base === 0 ? undefined : up ? own / base - 1 : 1 - own / base
  const verdict = gain === undefined ? words.untested : gain <= 0.0005 ? words.worse : words.better(percent(gain, 0), card.baseline)
  return (
    <Section title={m.title} under={verdict}>
      {own !== undefined && base !== undefined && (
        <dl className={css.scores} title={words.metrics[card.metric]}>
          <Score name={m.champion} note={words.used} score={own} most={Math.max(own, base)} champion />
          <Score name={card.baseline} note={words.baseline.toLowerCase()} score={base} most={Math.max(own, base)} />
        </dl>
      )}
      <p className={css.metric}>{card.metric}, {up ? words.higher : words.lower}{words.metrics[card.metric] && <>. {words.metrics[card.metric]}.</>}</p>
      <dl className={css.pair}>
        <dt>{words.on}</dt><dd>{words.folds(card.folds)}</dd>
        <dt>{words.rows}</dt><dd>{number(m.rows)}</dd>
        <dt>{words.cutoff}</dt><dd>{day(card.cutoff)}</dd>
        <dt>{words.trained}</dt><dd>{instant(card.trained_at, shop.time_zone)}</dd>
        <dt>{words.artefact}</dt><dd><code title={m.artefact}>{m.artefact.slice(0, 12)}</code></dd>
        <dt>{words.data}</dt><dd><code title={m.data_hash}>{m.data_hash.slice(0, 12)}</code></dd>
      </dl>
      {card.why && <details className="small"><summary className={css.summary}>{words.why}</summary><p>{card.why}</p></details>}
      {m.history.length > 1 && (
        <details className="small"><summary className={css.summary}>{words.history(m.history.length)}</summary>
          <ul className={css.versions}>{m.history.map((h) => <li key={h.artefact + h.trained_at}><code>{h.artefact.slice(0, 12)}</code> {instant(h.trained_at, shop.time_zone)}{h.champion && <b> · {words.used}</b>}</li>)}</ul>
        </details>
      )}
    </Section>
  )
}

function Score({ name, note, score, most, champion }: { name: string; note: string; score: number; most: number; champion?: boolean }) {
  return (
    <div>
      <dt>{name} <span className="quiet">{note}</span></dt>
      <dd><i data-champion={champion || undefined} style={{ width: `${(score / most) * 100}%` }} aria-hidden /><span>{number(score, 3)}</span></dd>
    </div>
  )
}
