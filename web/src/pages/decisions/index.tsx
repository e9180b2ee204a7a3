// Decisions: the inbox at the left, why at the right (on a small screen one after the other). Keys: j k Enter x a r Esc ?.
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDownload, IconKeyboard } from '@tabler/icons-react'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { apiUrl, useGet } from '../../api'
import type { DecisionList, DecisionSummary } from '../../api'
import { moneyShort, number } from '../../format'
import { EmptyState, ErrorState, PageHeader, PageSkeleton, Pager, SyntheticNote, useMay, useShop, useUrlState } from '../../shell'
import { strings } from '../../strings'
import { BulkBar } from './bulk'
import { useChange } from './change'
import { Confirm } from './confirm'
import type { Asked } from './confirm'
import css from './decisions.module.css'
import { Detail } from './detail'
import { Filters } from './filters'
import { groupsOf } from './groups'
import { KeysHelp } from './help'
import { useKeys, useKeysEnabled } from './keys'
import { List } from './list'
import { ReadinessNotes } from './readiness'
import { RunButton } from './run'

const words = strings.decisions
const limit = 200

export default function DecisionsPage() {
  const shop = useShop()
  const navigate = useNavigate()
  const params: { id?: string } = useParams({ strict: false })
  const [url, setUrl] = useUrlState()
  const status = url.status ?? 'proposed'
  const offset = Number(url.offset ?? 0)
  const filter = { status: status === 'all' ? undefined : status, q: url.q, group: url.group, programme: url.programme }
  const query = useGet<DecisionList>('decisions', '/decisions', { ...filter, limit, offset })
  const mayApprove = useMay('approver')
  const mayRun = useMay('operator')
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<Asked>()
  const [help, helpDialog] = useDisclosure(false)
  const [keysOn, setKeysOn] = useKeysEnabled()
  const change = useChange()
  const heading = useRef<HTMLHeadingElement>(null)

  const inbox = query.data
  const groups = useMemo(() => groupsOf(inbox?.items ?? [], words.noGroup), [inbox])
  const ordered = useMemo(() => groups.flatMap((g) => g.items), [groups])
  const chosen = ordered.filter((d) => selected.has(d.id) && d.status === 'proposed')
  const at = ordered.findIndex((d) => d.id === params.id)
  const openAt = (index: number) => {
    const next = ordered[Math.max(0, Math.min(ordered.length - 1, index))]
    if (next) void navigate({ to: '/decisions/{-$id}', params: { id: next.id }, search: true, replace: params.id !== undefined, resetScroll: false })
  }
  const close = () => void navigate({ to: '/decisions/{-$id}', params: { id: undefined }, search: true, resetScroll: false })
  const select = (ids: string[], on: boolean) => setSelected((before) => {
    const next = new Set(before)
    for (const id of ids) {
      if (on) next.add(id)
      else next.delete(id)
    }
    return next
  })
  const ask = (verb: Asked['verb'], items?: DecisionSummary[]) => {
    const open = ordered[at]
    const what = items ?? (chosen.length > 0 ? chosen : open?.status === 'proposed' ? [open] : [])
    if (mayApprove && what.length > 0) setAsked({ verb, items: what })
  }
  const go = async ({ verb, items }: Asked, text: string) => {
    // The next decision is chosen before the list changes, so that the inbox can be cleared without the mouse.
    const done = new Set(items.map((d) => d.id))
    const next = params.id !== undefined && done.has(params.id) ? (ordered.slice(at + 1).find((d) => !done.has(d.id)) ?? ordered.find((d) => !done.has(d.id))) : undefined
    const changed = await change(verb, [...done], text)
    if (changed.length === 0) return
    setAsked(undefined)
    select(changed, false)
    if (status === 'proposed' && next) void navigate({ to: '/decisions/{-$id}', params: { id: next.id }, search: true, replace: true, resetScroll: false })
  }
  useKeys({
    j: () => openAt(at + 1),
    k: () => openAt(at < 0 ? 0 : at - 1),
    x: () => { const open = ordered[at]; if (open?.status === 'proposed' && mayApprove) select([open.id], !selected.has(open.id)) },
    a: () => ask('approve'),
    r: () => ask('reject'),
    Enter: () => (at >= 0 ? heading.current?.focus() : openAt(0)),
    Escape: () => (selected.size > 0 ? setSelected(new Set()) : params.id !== undefined ? close() : undefined),
    '?': helpDialog.open,
  }, keysOn)

  if (query.error && !inbox) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!inbox) return <PageSkeleton rows={10} />
  const value = ordered.reduce((total, d) => total + (d.status === 'proposed' ? (d.p50_minor ?? 0) : 0), 0)
  const open = inbox.by_status.proposed ?? 0
  const filtered = status !== 'proposed' || Boolean(url.q) || Boolean(url.group)
  return (
    <div className={css.page} data-detail={params.id !== undefined || undefined}>
      <div className={css.inbox}>
        <PageHeader
          title={words.title}
          actions={<>
            <Tooltip label={words.keys}><ActionIcon variant="default" size={36} className={css.keys} aria-label={words.keys} onClick={helpDialog.open}><IconKeyboard size={18} stroke={1.6} aria-hidden /></ActionIcon></Tooltip>
            {ordered.length > 0 && <Tooltip label={words.export}><ActionIcon component="a" href={apiUrl('/decisions', { ...filter, format: 'csv' })} download variant="default" size={36} aria-label={words.export}><IconDownload size={18} stroke={1.6} aria-hidden /></ActionIcon></Tooltip>}
            {mayRun && <RunButton />}
          </>}
        >
          {open === 0 ? words.underNone : status === 'proposed' && value > 0 ? words.under(number(open), moneyShort(value, shop)) : words.open(number(open))}
        </PageHeader>
        <SyntheticNote sources={ordered.filter((d) => d.synthetic).map((d) => d.id)}>{words.syntheticNote}</SyntheticNote>
        <ReadinessNotes readiness={inbox.readiness} />
        <Filters key={shop.id} status={status} counts={inbox.by_status} q={url.q ?? ''} onStatus={(s) => setUrl({ status: s === 'proposed' ? undefined : s, offset: undefined })} onQuery={(q) => setUrl({ q, offset: undefined })} />
        {ordered.length === 0 ? (
          <div className="panel">
            {filtered
              ? <EmptyState title={words.empty.filtered} action={<Button variant="default" onClick={() => setUrl({ status: undefined, q: undefined, group: undefined })}>{words.empty.clear}</Button>}>{words.empty.filteredText}</EmptyState>
              : <EmptyState title={words.empty.title}>{inbox.readiness.some((r) => !r.ready) ? words.empty.afterFiles : words.empty.text}</EmptyState>}
          </div>
        ) : (
          <div className={css.list} data-stale={query.isPlaceholderData || undefined}>
            <List groups={groups} open={params.id} selected={selected} selectable={mayApprove} onSelect={select} />
            <Pager offset={offset} limit={limit} total={inbox.total} onChange={(o) => setUrl({ offset: o || undefined })} />
          </div>
        )}
        {chosen.length > 0 && <BulkBar items={chosen} onApprove={() => ask('approve', chosen)} onReject={() => ask('reject', chosen)} onClear={() => setSelected(new Set())} />}
      </div>
      <div className={css.panel}>
        {params.id !== undefined
          ? <Detail key={params.id} id={params.id} heading={heading} onApprove={(d) => ask('approve', [d])} onReject={(d) => ask('reject', [d])} onUndo={(d) => void change('undo', [d.id])} />
          : ordered.length > 0 && <EmptyState title={words.detail.pick}>{words.detail.pickText}</EmptyState>}
      </div>
      <Confirm asked={asked} onClose={() => setAsked(undefined)} onGo={go} />
      <KeysHelp opened={help} onClose={helpDialog.close} enabled={keysOn} onEnable={setKeysOn} />
    </div>
  )
}
