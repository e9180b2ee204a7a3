// Reading and changing server state from React. The first part of every query key is the topic that the server names
// in its "changed" events, so one event refreshes everything on the screen that depends on it.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query'
import { call, currentShopId } from './client'
import type { ApiError, CallOptions, Params } from './client'

export type Topic = 'session' | 'home' | 'decisions' | 'products' | 'demand' | 'stock' | 'customers' | 'recommendations' | 'data' | 'imports' | 'jobs' | 'quarantine' | 'models' | 'settings' | 'audit'

/**
 * GET /api{path}. Keeps showing the previous answer while the next page or filter loads (isPlaceholderData is then true),
 * so that a list does not blink.
 */
export function useGet<T>(
  topic: Topic,
  path: string,
  params: Params = {},
  options: { enabled?: boolean; refetchInterval?: number | false; keep?: boolean } = {},
): UseQueryResult<T, ApiError> {
  return useQuery<T, ApiError>({
    queryKey: [topic, currentShopId(), path, params],
    queryFn: ({ signal }) => call<T>(path, { params, signal }),
    enabled: options.enabled,
    refetchInterval: options.refetchInterval,
    placeholderData: options.keep === false ? undefined : keepPreviousData,
  })
}

/**
 * A change. `path` may depend on the body; `invalidates` names the topics to read again afterwards.
 * `body: (b) => undefined` sends nothing (DELETE).
 */
export function usePost<Body, Result = unknown>(
  path: string | ((body: Body) => string),
  options: { method?: CallOptions['method']; invalidates?: Topic[]; body?: (body: Body) => unknown; params?: Params } = {},
): UseMutationResult<Result, ApiError, Body> {
  const client = useQueryClient()
  return useMutation<Result, ApiError, Body>({
    mutationFn: (body) =>
      call<Result>(typeof path === 'function' ? path(body) : path, {
        method: options.method ?? 'POST',
        params: options.params,
        body: options.body ? options.body(body) : body,
      }),
    onSuccess: () => Promise.all((options.invalidates ?? []).map((topic) => client.invalidateQueries({ queryKey: [topic] }))),
  })
}
