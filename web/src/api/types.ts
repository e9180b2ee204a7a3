// Almanac dashboard API. All under /api, JSON, same origin. Cookie session (HttpOnly) + header "X-CSRF-Token" on every
// non-GET (value from GET /api/session), or "Authorization: Bearer <server key>".
// Every shop-scoped call takes ?shop=ID. Money is in MINOR UNITS (int) of the shop's currency (fields *_minor) unless a Money object.
// Days are "YYYY-MM-DD" in the shop's time zone; instants RFC 3339 UTC. Errors: RFC 9457 application/problem+json with
// {type,title,status,detail,code,remedy?,errors?}. Lists: ?limit=&offset=&sort=field|-field&q=; answer {items,total}.
// These interface names are the OpenAPI schema names. Optional = may be absent; null never means 0.

export type Role = 'viewer' | 'operator' | 'approver' | 'admin'
export interface Shop { id: string; name: string; currency: string; currency_exponent: number; time_zone: string; currency_basis: 'set' | 'assumed' | 'unknown' }
export interface User { id: string; email: string; name: string; role: Role; has_password: boolean }
export interface Session { user: User; shops: Shop[]; csrf: string; version: string }
// GET /api/session → Session (401 problem when signed out)
// POST /api/session {email,password} | {token} (one-time link /sign-in?token=…) → Session
// DELETE /api/session → 204
// PUT /api/me {email?,name?,password?,current_password?} → User     (first admin signs in by link, then sets e-mail + password)
// PUT /api/shop {name?,currency?,time_zone?} → Shop (admin)
// GET /api/users → {items:User[]}; POST /api/users {email,name,role} → {user:User, link:string (one-time sign-in path)}; DELETE /api/users/{id}
export interface Key { id: string; name: string; kind: 'write' | 'server'; prefix: string; created_at: string; last_used_at?: string }
// GET /api/keys → {items:Key[]}; POST /api/keys {name,kind} → {key:Key, secret:string (shown once)}; DELETE /api/keys/{id}

export interface Day { day: string; orders: number; units: number; gross_minor: number; discount_minor: number; returns_minor: number; net_minor: number }
export interface Kpi { code: 'net_sales' | 'orders' | 'average_order' | 'units' | 'return_rate' | 'repeat_rate_90' | 'repeat_rate_365' | 'customers'; unit: 'money' | 'count' | 'ratio'; value?: number; previous?: number; note?: string }
export type Basis = 'measured' | 'estimated' | 'assumed' | 'unknown'
export interface Sharpen { file: string; why: string }            // "stock counts", "unit costs", "lead times" …
export interface Leak { code: string; title: string; explain: string; basis: Basis; low_minor?: number; mid_minor?: number; high_minor?: number; from: string; to: string; assumptions: string[]; sharpen: Sharpen[]; link: string }
export interface Readiness { programme: string; title: string; ready: boolean; missing: Sharpen[] }
export interface Home { coverage?: { from: string; to: string; as_of: string }; period: { from: string; to: string; previous_from: string; previous_to: string }; kpis: Kpi[]; days: Day[]; leaks: Leak[]; readiness: Readiness[]; open_decisions: number; open_decisions_value_minor?: number; findings: number; quarantined: number; behind: number; synthetic: string[] /* sources labelled synthetic */ }
// GET /api/home?from=&to= → Home   (default period: the whole coverage; coverage absent = empty shop)

export type DecisionStatus = 'proposed' | 'approved' | 'applied' | 'failed' | 'rejected' | 'expired' | 'superseded' | 'held_out' | 'shadow'
export interface Reason { code: string; text: string; value?: string; basis: Basis }
export interface Guardrail { code: string; title: string; met: boolean; binding: boolean; limit: string; value: string }
export interface DecisionSummary { id: string; programme: string; group: string /* e.g. supplier */; subject: string /* sku */; title: string; action: string /* "Order 240 units" */; status: DecisionStatus; mode: string; p10_minor?: number; p50_minor?: number; p90_minor?: number; currency: string; created_at: string; expires_at?: string; synthetic: boolean }
export interface ReorderDetail { sku: string; title: string; supplier?: string; units: number; pack: number; unit_cost_minor?: number; order_cost_minor?: number; on_hand: number; incoming: number; counted_at: string; weeks_of_cover?: number; lead_days: number; service_level: number; demand_week: number; reorder_point: number; stockout_day?: string; forecast: ForecastPoint[] }
export interface AuditEntry { seq: number; at: string; actor: string; event: string; decision_id?: string; detail: string; hash: string; prev_hash: string }
export interface Decision extends DecisionSummary { reasons: Reason[]; guardrails: Guardrail[]; model?: string; input_hash: string; baseline?: string; reorder?: ReorderDetail; audit: AuditEntry[]; effects: string[] /* what approving will do, in words */; deliveries: { channel: 'file' | 'webhook' | 'mail'; target: string; status: 'pending' | 'done' | 'failed'; attempts: number; error?: string; at?: string }[] }
// GET /api/decisions?status=&programme=&group=&q=&sort=&limit=&offset= → {items:DecisionSummary[], total, by_status:{[s]:number}, readiness:Readiness[]}
// GET /api/decisions/{id} → Decision
// POST /api/decisions/approve {ids:string[], note?} → {results:[{id,status,error?}]}   (approver+)
// POST /api/decisions/reject {ids, reason} → same ; POST /api/decisions/undo {ids} → same (approved-but-not-applied, or rejected, back to proposed)
// POST /api/decisions/run {} → {job:string}   (train + decide now; operator+)
// GET /api/audit?limit=&offset=&q= → {items:AuditEntry[], total, chain_ok:boolean}

export interface ProductRow { sku: string; title: string; category?: string; units: number; orders: number; net_minor: number; price_min_minor?: number; price_max_minor?: number; return_rate?: number; demand_week?: number; on_hand?: number; weeks_of_cover?: number; last_sold?: string; trend: number[] /* 12 last period-weeks units */ }
// GET /api/products?from=&to=&q=&sort=-net&limit=&offset= → {items:ProductRow[], total}   sort fields: net, units, orders, return_rate, cover, demand, title, last_sold
export interface ForecastPoint { week: string /* Monday */; p10: number; p50: number; p90: number }
export interface WeekPoint { week: string; units: number; net_minor: number; returned: number }
export interface Related { sku: string; title: string; orders_together: number; lift: number; score: number; reason: string }
export interface PricePoint { price_minor: number; units: number; first: string; last: string }
export interface ForecastCard { champion: string; baseline: string; metric: string /* "WAPE" */; champion_score?: number; baseline_score?: number; folds: number; trained_at: string; cutoff: string; model: string; why: string }
export interface Product { sku: string; title: string; titles: string[] /* other names seen */; category?: string; brand?: string; row: ProductRow; weeks: WeekPoint[]; forecast: ForecastPoint[]; forecast_card?: ForecastCard; forecast_missing?: string; prices: PricePoint[]; bought_together: Related[]; stock: { location: string; quantity: string; units: number; as_of: string }[]; unit_cost_minor?: number; lead_days?: number; supplier?: string; findings: Finding[]; decisions: DecisionSummary[] }
// GET /api/products/{sku} → Product       (sku is URL-encoded)

export interface CustomerRow { id: string; country?: string; orders: number; net_minor: number; first_order: string; last_order: string; recency_days: number; rfv: string /* "5-4-5": quintiles, 5 best */; segment: string /* champion, loyal, promising, new, at risk, lapsed, once */; p_repeat?: number }
// GET /api/customers?q=&segment=&sort=-net&limit=&offset= → {items:CustomerRow[], total}  sort: net, orders, recency, first_order, last_order, p_repeat
export interface CustomerOverview { segments: { segment: string; customers: number; net_minor: number; explain: string }[]; repeat_90?: { rate: number; cohort_customers: number; immature_left_out: number }; repeat_365?: { rate: number; cohort_customers: number; immature_left_out: number }; cohorts: { month: string; customers: number; repeat_by_month: number[] }[]; without_customer: { lines: number; share_of_net: number }; model?: ForecastCard }
// GET /api/customers/overview → CustomerOverview
export interface Customer { row: CustomerRow; orders: { order: string; at: string; units: number; net_minor: number; returned_minor: number; lines: number }[]; products: { sku: string; title: string; units: number; net_minor: number; last: string }[] }
// GET /api/customers/{id} → Customer

export interface SourceRow { source: string; facts: number; first: string; last: string; last_received: string; quarantined: number; duplicates: number; conflicts: number; synthetic: boolean; kinds: { kind: string; facts: number }[] }
export interface Finding { code: string; title: string; severity: 'info' | 'warning' | 'error'; count: number; what: string; remedy: string; examples: { [column: string]: string }[] }
// GET /api/data → {sources:SourceRow[], findings:Finding[], quarantined:number, facts:number, behind:number, damaged?:string}
export interface FieldGuess { field: string; column: string; required: boolean; label: string; by: 'name' | 'content' | 'user' | ''; samples: string[] }
export interface Question { code: string; text: string; options: { value: string; label: string }[] }  // e.g. date_order: dmy|mdy
export interface FileProposal { upload: string /* id */; name: string; bytes: number; format: 'csv' | 'jsonl' | 'parquet'; compression: string; encoding: string; delimiter: string; kind: 'orders' | 'products' | 'stock' | 'costs' | 'supply' | 'customers' | 'events' | 'facts' | ''; kinds: string[]; kind_by: string; columns: string[]; fields: FieldGuess[]; date_order: string; date_example: string; decimal: '.' | ','; currency: string; currency_basis: Basis; time_zone: string; source: string; synthetic: boolean; sample: string[][]; questions: Question[]; ready: boolean }
// POST /api/uploads (multipart "file", or raw body with ?name=) → FileProposal
// PUT /api/uploads/{id} {kind?, columns?: {field:column}, date_order?, decimal?, currency?, time_zone?, source?, synthetic?, encoding?, delimiter?} → FileProposal (re-read with the change)
// DELETE /api/uploads/{id}
// POST /api/uploads/{id}/import → {job:string}
export interface ImportReport { id: string; name: string; kind: string; source: string; started_at: string; finished_at?: string; status: 'running' | 'done' | 'failed' | 'cancelled'; error?: string; remedy?: string; read: number; facts: number; accepted: number; duplicates: number; filtered: number; quarantined: number; by_reason: { [reason: string]: number }; seconds: number; mapping: string /* YAML */ }
// GET /api/imports → {items:ImportReport[]}
export interface Job { id: string; what: 'import' | 'train' | 'decide'; status: 'running' | 'done' | 'failed' | 'cancelled'; step: string; done: number; total: number; message: string; error?: string; remedy?: string; report?: ImportReport }
// GET /api/jobs/{id} → Job ; DELETE /api/jobs/{id} cancels ; GET /api/jobs → {items:Job[]}
export interface QuarantineRow { id: number; import_id: string; source: string; line: number; reason: string; detail: string; remedy: string; raw: string; at: string; status: 'open' | 'replayed' | 'dismissed' }
// GET /api/quarantine?reason=&status=open&limit=&offset= → {items,total,by_reason:{[r]:number}}
// POST /api/quarantine/replay {reason?, import_id?, mapping?: same shape as PUT uploads} → {job}
// POST /api/quarantine/dismiss {ids:number[]} → {dismissed:number}
export interface ModelRow { question: string; title: string; champion: string; card: ForecastCard; rows: number; data_hash: string; artefact: string; history: { artefact: string; trained_at: string; champion: boolean }[] }
// GET /api/models → {items:ModelRow[]}
// GET /api/events  server-sent events: event "changed" data {topics:["home","decisions","data",…]} ; event "job" data Job
