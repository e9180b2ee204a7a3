// People, keys and the audit log of the example shop.
import { audit, record } from './decisions.mjs'
import { users } from './session.mjs'
import { page } from './world.mjs'

const keys = [
  { id: 'k1', name: 'Storefront', kind: 'write', prefix: 'alm_w_9f3c', created_at: '2026-09-02T10:00:00Z', last_used_at: '2026-11-20T18:39:58Z' },
  { id: 'k2', name: 'Nightly export', kind: 'server', prefix: 'alm_s_41d0', created_at: '2026-10-11T08:30:00Z' },
]

export default function settings(api) {
  api.get('/api/users', () => ({ items: users }))
  api.post('/api/users', ({ body }) => {
    if (users.some((u) => u.email === body.email)) throw api.problem(409, 'user_exists', 'There is a person with this e-mail', `${body.email} can sign in already.`, 'Change the role of the existing person instead.')
    const user = { id: `u${users.length + 1}`, email: body.email, name: body.name ?? '', role: body.role, has_password: false }
    users.push(user)
    record('anna@example.com', 'user_added', `${user.email} as ${user.role}`)
    return { user, link: '/sign-in?token=otk_5c1e0b7a9d' }
  })
  api.post('/api/users/:id/link', () => ({ link: '/sign-in?token=otk_77b0de41c2' }))
  api.del('/api/users/:id', ({ params }) => {
    const at = users.findIndex((u) => u.id === params.id)
    if (at === 0) throw api.problem(409, 'last_admin', 'The last administrator cannot be removed', 'Nobody could then change anything.', 'Make another person administrator first.')
    if (at > 0) users.splice(at, 1)
  })
  api.get('/api/keys', () => ({ items: keys }))
  api.post('/api/keys', ({ body }) => {
    const prefix = `alm_${body.kind[0]}_${Math.random().toString(16).slice(2, 6)}`
    const key = { id: `k${keys.length + 1}`, name: body.name, kind: body.kind, prefix, created_at: new Date().toISOString() }
    keys.push(key)
    return { key, secret: `${prefix}_${'example'.repeat(4)}` }
  })
  api.del('/api/keys/:id', ({ params }) => {
    const at = keys.findIndex((k) => k.id === params.id)
    if (at >= 0) keys.splice(at, 1)
  })
  api.get('/api/audit', ({ query }) => ({ ...page([...audit].reverse(), query, {}, (a) => `${a.actor} ${a.event} ${a.detail}`), chain_ok: true }))
}
