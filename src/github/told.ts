/** What was told on a pull request before: our comments, by the marks that they hold. Nobody else's are ever touched. */
import type { Api } from './api.js'
import type { Repository } from './workflow.js'

/** A comment of ours, on the pull request or on a line of it. */
export interface Told {
  readonly id: number
  readonly body: string
}

export interface Thread {
  readonly id: string
  readonly isResolved: boolean
  /** Its lines were pushed over. */
  readonly isOutdated: boolean
  readonly first: Told
}

export interface PullRequest {
  readonly repository: Repository
  readonly number: number
}

/** The oldest first. */
export async function commentsOf(api: Api, of: PullRequest): Promise<readonly Told[]> {
  const nodes = await all<Comment>(
    api,
    of,
    'Comments',
    `comments(first: 100, after: $after) { nodes { ${COMMENT} } ${PAGE} }`,
  )
  return nodes.flatMap(own)
}

export async function threadsOf(api: Api, of: PullRequest): Promise<readonly Thread[]> {
  const selection = `reviewThreads(first: 100, after: $after) {
    nodes { id isResolved isOutdated comments(first: 1) { nodes { ${COMMENT} } } } ${PAGE} }`
  const nodes = await all<ThreadNode>(api, of, 'Threads', selection)
  return nodes.flatMap(({ id, isResolved, isOutdated, comments }) =>
    comments.nodes.flatMap(own).map((first) => ({ id, isResolved, isOutdated, first })),
  )
}

/** Throws `ApiError` where the token may not. */
export async function resolveThread(api: Api, id: string): Promise<void> {
  const mutation = 'mutation Resolve($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { id } } }'
  await api.graphql(mutation, { id })
}

const COMMENT = 'databaseId body viewerDidAuthor'
const PAGE = 'pageInfo { hasNextPage endCursor }'

interface Comment {
  readonly databaseId: number
  readonly body: string
  readonly viewerDidAuthor: boolean
}

interface ThreadNode {
  readonly id: string
  readonly isResolved: boolean
  readonly isOutdated: boolean
  readonly comments: { readonly nodes: readonly Comment[] }
}

interface Connection<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

const own = ({ databaseId, body, viewerDidAuthor }: Comment): readonly Told[] =>
  viewerDidAuthor ? [{ id: databaseId, body }] : []

/** Nobody reads on after so many; a pull request that has more is none of ours to tidy up. */
const MOST_PAGES = 20

async function all<Node>(
  api: Api,
  { repository, number }: PullRequest,
  name: string,
  selection: string,
): Promise<readonly Node[]> {
  const query = `query ${name}($owner: String!, $name: String!, $number: Int!, $after: String) {
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { ${selection} } } }`
  const [owner, repo] = repository.name.split('/')
  const nodes: Node[] = []
  let after: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const data = (await api.graphql(query, { owner, name: repo, number, after })) as {
      readonly repository: { readonly pullRequest: { readonly [connection: string]: Connection<Node> } | null } | null
    }
    const [connection] = Object.values(data.repository?.pullRequest ?? {})
    nodes.push(...(connection?.nodes ?? []))
    if (connection?.pageInfo.hasNextPage !== true) break
    after = connection.pageInfo.endCursor
  }
  return nodes
}
