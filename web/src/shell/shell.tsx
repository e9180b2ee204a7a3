// The frame around every page: who is signed in, which shop, the menu, the time range, quick find.
import { ActionIcon, Drawer, Menu, Tooltip, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconCheck, IconDotsCircleHorizontal, IconMoon, IconSearch, IconSelector, IconSun, IconUserCircle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { setRequestContext, useGet, usePost } from '../api'
import type { DecisionList, Session, Shop } from '../api'
import { number } from '../format'
import { strings } from '../strings'
import { QuickFind } from './find'
import { useLive } from './live'
import { followsRange, pages } from './menu'
import { TimeRange } from './range'
import { SignedContext, useSigned } from './session'
import { EmptyState, ErrorState, PageSkeleton } from './states'
import css from './shell.module.css'
import { useUrlState } from './url'
import type { Search } from './url'

const words = strings.shell

export function Root() {
  return <Outlet />
}

/** Reads the session; leads to the sign-in page where there is none; frames the page where there is one. */
export function Shell() {
  const session = useGet<Session>('session', '/session')
  const [{ shop: wanted }] = useUrlState()
  if (session.error?.status === 401) return <ToSignIn />
  if (session.error && !session.data) return <main className={css.alone}><ErrorState error={session.error} retry={() => void session.refetch()} /></main>
  if (!session.data) return <main className={css.alone}><PageSkeleton /></main>
  const shop = session.data.shops.find((s) => s.id === wanted) ?? session.data.shops[0]
  if (!shop) return <main className={css.alone}><EmptyState title={words.shop.none}>{words.shop.noneText}</EmptyState></main>
  setRequestContext({ shop: shop.id, csrf: session.data.csrf })
  return (
    <SignedContext value={{ session: session.data, shop }}>
      <Frame key={shop.id} shop={shop} />
    </SignedContext>
  )
}

/** Leads to the sign-in page once, remembering where the person was going. */
function ToSignIn() {
  const navigate = useNavigate()
  const going = useRef(false)
  const here = useLocation()
  useEffect(() => {
    if (going.current) return
    going.current = true
    void navigate({ to: '/sign-in', search: here.pathname === '/' ? {} : { next: here.href }, replace: true })
  })
  return null
}

function Frame({ shop }: { shop: Shop }) {
  const { session } = useSigned()
  const path = useLocation({ select: (l) => l.pathname })
  const live = useLive(shop.id)
  const [finding, find] = useDisclosure(false)
  const [more, drawer] = useDisclosure(false)
  useHotkeys([['mod+K', find.open]], [])
  const waiting = useGet<DecisionList>('decisions', '/decisions', { status: 'proposed', limit: 1 })
  const count = waiting.data?.total ?? 0
  return (
    <div className={css.frame}>
      <a href="#content" className={css.skip}>{words.skip}</a>
      <nav className={css.side} aria-label={words.menu.label}>
        <Link to="/" className={css.brand}><img src="/icon.svg" width={24} height={24} alt="" /><span>{words.product}</span></Link>
        <ShopSwitcher shop={shop} />
        <ul className={css.menu}>
          {pages.map((page) => <li key={page.to}><MenuLink page={page} count={page.to === '/decisions' ? count : 0} /></li>)}
        </ul>
        <p className={css.version}>{session.version}</p>
      </nav>
      <header className={css.top}>
        <div className={css.topShop}><ShopSwitcher shop={shop} /></div>
        {followsRange(path) && <TimeRange />}
        <div className={css.spring} />
        <button type="button" className={css.find} onClick={find.open} aria-keyshortcuts="Meta+K Control+K">
          <IconSearch size={16} aria-hidden /><span className={css.findText}>{words.find.open}</span><kbd className={css.findKey}>⌘K</kbd>
        </button>
        <div className={css.topScheme}><SchemeToggle /></div>
        <UserMenu />
      </header>
      <main id="content" className={css.main} tabIndex={-1}>
        {!live && <p className={css.banner} role="status">{words.live.lost}</p>}
        {!session.user.has_password && (
          <p className={css.banner}>{words.setUp.text} <Link to="/settings/{-$tab}" params={{ tab: 'account' }}>{words.setUp.action}</Link></p>
        )}
        <Outlet />
      </main>
      <nav className={css.bottom} aria-label={words.menu.label}>
        {pages.slice(0, 4).map((page) => <MenuLink key={page.to} page={page} count={page.to === '/decisions' ? count : 0} small />)}
        <UnstyledButton className={css.tab} onClick={drawer.open} aria-haspopup="dialog"><IconDotsCircleHorizontal size={22} stroke={1.6} aria-hidden /><span>{words.menu.more}</span></UnstyledButton>
      </nav>
      <Drawer opened={more} onClose={drawer.close} position="bottom" size={336} title={words.menu.more} closeButtonProps={{ 'aria-label': words.close }}>
        <ul className={css.menu} onClick={drawer.close}>
          {pages.slice(4).map((page) => <li key={page.to}><MenuLink page={page} count={0} /></li>)}
          <li><SchemeItem /></li>
        </ul>
      </Drawer>
      <QuickFind opened={finding} onClose={find.close} />
    </div>
  )
}

function MenuLink({ page, count, small }: { page: (typeof pages)[number]; count: number; small?: boolean }) {
  const Icon = page.icon
  return (
    <Link to={page.to} className={small ? css.tab : css.link} activeOptions={{ exact: page.to === '/', includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
      <Icon size={small ? 22 : 18} stroke={1.6} aria-hidden />
      <span>{page.label}</span>
      {count > 0 && <span className={css.count}>{number(count)}<span className="visually-hidden"> {words.menu.waiting}</span></span>}
    </Link>
  )
}

function ShopSwitcher({ shop }: { shop: Shop }) {
  const { session } = useSigned()
  const navigate = useNavigate()
  const initial = shop.name.slice(0, 1).toUpperCase()
  if (session.shops.length === 1) return <div className={css.shop}><span className={css.mark} aria-hidden>{initial}</span><span className={css.shopName}>{shop.name}</span></div>
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={css.shop} data-button>
          <span className="visually-hidden">{words.shop.switch}: </span>
          <span className={css.mark} aria-hidden>{initial}</span><span className={css.shopName}>{shop.name}</span><IconSelector size={16} className={css.faint} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {session.shops.map((s) => (
          <Menu.Item key={s.id} onClick={() => void navigate({ to: '/', search: { shop: s.id, from: undefined, to: undefined } as unknown as Search })} rightSection={s.id === shop.id ? <IconCheck size={16} aria-hidden /> : undefined}>{s.name}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme()
  const now = useComputedColorScheme('light')
  const label = now === 'dark' ? words.scheme.light : words.scheme.dark
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={label} className={css.icon} onClick={() => setColorScheme(now === 'dark' ? 'light' : 'dark')}>
        {now === 'dark' ? <IconSun size={18} stroke={1.6} /> : <IconMoon size={18} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  )
}

function SchemeItem() {
  const { setColorScheme } = useMantineColorScheme()
  const now = useComputedColorScheme('light')
  const Icon = now === 'dark' ? IconSun : IconMoon
  return (
    <UnstyledButton className={css.link} w="100%" onClick={() => setColorScheme(now === 'dark' ? 'light' : 'dark')}>
      <Icon size={18} stroke={1.6} aria-hidden /><span>{now === 'dark' ? words.scheme.light : words.scheme.dark}</span>
    </UnstyledButton>
  )
}

function UserMenu() {
  const { session } = useSigned()
  const navigate = useNavigate()
  const client = useQueryClient()
  const out = usePost<void, void>('/session', { method: 'DELETE', body: () => undefined })
  const leave = () => out.mutate(undefined, {
    onSuccess: () => {
      client.clear()
      void navigate({ to: '/sign-in', search: {} })
    },
  })
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={words.user.label} className={css.icon}><IconUserCircle size={20} stroke={1.6} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={css.who}><b>{session.user.name || session.user.email || words.user.unnamed}</b><span>{words.user.roles[session.user.role]}</span></div>
        <Menu.Divider />
        <Menu.Item onClick={() => void navigate({ to: '/settings/{-$tab}', params: { tab: 'account' } })}>{words.user.account}</Menu.Item>
        <Menu.Item onClick={leave}>{words.user.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
