// Signing in, the signed-in person and the shop's own data.
import { shops } from './world.mjs'

export const users = [
  { id: 'u1', email: 'anna@example.com', name: 'Anna Reid', role: 'admin', has_password: true },
  { id: 'u2', email: 'tom@example.com', name: 'Tom Okafor', role: 'approver', has_password: true },
  { id: 'u3', email: 'mei@example.com', name: 'Mei Lindqvist', role: 'operator', has_password: true },
  { id: 'u4', email: 'cfo@example.com', name: 'Jonas Weber', role: 'viewer', has_password: false },
]

export default function session(api) {
  const csrf = 'mock-csrf-token'
  const state = { signedIn: true, user: users[0] }
  const now = () => ({ user: state.user, shops, csrf, version: '0.1.0-mock' })
  api.get('/api/session', () => {
    if (!state.signedIn) throw api.problem(401, 'signed_out', 'You are signed out', 'This needs a signed-in person.', 'Sign in and try again.')
    return now()
  })
  api.post('/api/session', ({ body }) => {
    if (body.token) {
      if (body.token === 'used') throw api.problem(401, 'link_used', 'This link was used before', 'A one-time sign-in link works once.', 'Ask an administrator for a new one, or run: almanac user link')
      state.user = { ...users[0], email: '', name: '', has_password: false }
    } else {
      const found = users.find((u) => u.email === body.email)
      if (!found || body.password !== 'almanac') throw api.problem(401, 'wrong_sign_in', 'E-mail or password is wrong', 'No person with this e-mail and password.', 'Check both. An administrator can make a new sign-in link.')
      state.user = found
    }
    state.signedIn = true
    return now()
  })
  api.del('/api/session', () => { state.signedIn = false })
  api.put('/api/me', ({ body }) => {
    if (body.password && state.user.has_password && body.current_password !== 'almanac') throw api.problem(403, 'wrong_password', 'The current password is wrong', 'Nothing was changed.', 'Type the password you signed in with.')
    Object.assign(state.user, { email: body.email ?? state.user.email, name: body.name ?? state.user.name, has_password: state.user.has_password || Boolean(body.password) })
    return state.user
  })
  api.put('/api/shop', ({ body, shop }) => {
    const found = shops.find((s) => s.id === shop)
    Object.assign(found, body, body.modes ? { modes: { ...found.modes, ...body.modes } } : {}, body.currency ? { currency_basis: 'set' } : {})
    return found
  })
}
