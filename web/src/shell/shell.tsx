import { Outlet } from '@tanstack/react-router'
import { setRequestContext, useGet } from '../api'
import type { Session } from '../api'
import { SignedContext } from './session'
import { ErrorState, PageSkeleton } from './states'

export function Root() {
  return <Outlet />
}

export function Shell() {
  const session = useGet<Session>('session', '/session')
  if (session.error) return <ErrorState error={session.error} />
  const shop = session.data?.shops[0]
  if (!session.data || !shop) return <PageSkeleton />
  setRequestContext({ shop: shop.id, csrf: session.data.csrf })
  return <SignedContext value={{ session: session.data, shop }}><main style={{ padding: 24 }}><Outlet /></main></SignedContext>
}
