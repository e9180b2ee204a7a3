// The models that answer, each beside its baseline.
import { Button } from '@mantine/core'
import { useGet, usePost } from '../../api'
import type { JobStarted, ModelList } from '../../api'
import { day, instant, number } from '../../format'
import { EmptyState, ErrorState, PageSkeleton, Section, useMay, useShop } from '../../shell'
import { strings } from '../../strings'
import css from './data.module.css'
import { JobProgress } from './job'

const words = strings.data.models

export function Models() {
  const shop = useShop()
  const may = useMay('operator')
  const query = useGet<ModelList>('models', '/models')
  const train = usePost<object, JobStarted>('/decisions/run', { invalidates: ['models', 'decisions'] })
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <PageSkeleton />
  const button = may && <Button size="sm" variant="default" loading={train.isPending} onClick={() => train.mutate({})}>{words.train}</Button>
  if (query.data.items.length === 0) return <EmptyState title={words.none} action={button || undefined}>{words.noneText}</EmptyState>
  return (
    <Section title={words.title} under={words.noneText} actions={button}>
      {train.error && <ErrorState error={train.error} />}
      {train.data && <JobProgress id={train.data.job} />}
      <ul className={css.models}>
        {query.data.items.map((m) => (
          <li key={m.question} className={css.model}>
            <h3>{m.title}</h3>
            <p>{m.card.why}</p>
            <dl>
              <dt>{words.champion}</dt><dd>{m.champion}</dd>
              <dt>{words.baseline}</dt><dd>{m.card.baseline}</dd>
              {m.card.champion_score !== undefined && <><dt>{words.score}</dt><dd>{m.card.metric} {number(m.card.champion_score, 3)} / {number(m.card.baseline_score, 3)} · {words.folds(m.card.folds)}</dd></>}
              <dt>{words.rows}</dt><dd>{number(m.rows)}</dd>
              <dt>{words.cutoff}</dt><dd>{day(m.card.cutoff)}</dd>
              <dt>{words.trained}</dt><dd>{instant(m.card.trained_at, shop.time_zone)}</dd>
              <dt>{words.artefact}</dt><dd><code>{m.artefact.slice(0, 12)}</code></dd>
            </dl>
          </li>
        ))}
      </ul>
    </Section>
  )
}
