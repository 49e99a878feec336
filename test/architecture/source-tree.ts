import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'

const ROOT = join(import.meta.dirname, '..', '..')

/** Folders that are never source: installed, generated or kept by a run. */
const NOT_OURS: ReadonlySet<string> = new Set(['node_modules', 'var', 'results', 'dist'])

export interface Import {
  /** A path from the root of the repository, a package's name, or `node:...`. */
  readonly target: string
  readonly typeOnly: boolean
  /** Imported names; `*` stands for the whole module. */
  readonly names: readonly string[]
}

export interface Export {
  readonly name: string
  /** Interfaces and type aliases: nothing of them is there at run time. */
  readonly isType: boolean
}

export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
  /** False where a file declares types alone, so that there is nothing to run or test. */
  readonly hasCode: boolean
  /** Every string literal, and the fixed parts of templates. */
  readonly strings: readonly string[]
}

/** Top-level folders of the repository, in order; what is hidden or generated is not among them. */
export function topFolders(): readonly string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_OURS.has(entry.name))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.'))
    .toSorted()
}

/** The text of a file of the repository; undefined where there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return undefined
  }
}

/** All TypeScript files under `folder` (`rules/`, or `./` for the root's own), parsed once per process. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return pathsUnder(folder)
    .filter((path) => /\.m?tsx?$/.test(path))
    .map(parsed)
}

/** Paths of all files under `folder`, from the root; nothing where the folder does not exist. */
export function pathsUnder(folder: string): readonly string[] {
  const deep = folder !== './'
  let entries
  try {
    entries = readdirSync(join(ROOT, folder), { withFileTypes: true })
  } catch {
    return []
  }
  return entries.flatMap((entry) => {
    const path = normalize(join(folder, entry.name))
    if (!entry.isDirectory()) return [path]
    return deep && !NOT_OURS.has(entry.name) ? pathsUnder(path) : []
  })
}

const cache = new Map<string, SourceFile>()

function parsed(path: string): SourceFile {
  const known = cache.get(path)
  if (known !== undefined) return known
  const file = parse(path, readFileSync(join(ROOT, path), 'utf8'))
  cache.set(path, file)
  return file
}

function parse(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const strings: string[] = []
  const dynamic: Import[] = []
  visit(tree, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) strings.push(node.text)
    if (ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) strings.push(node.text)
    const target = moduleLoadedBy(node)
    if (target !== undefined) dynamic.push(importOf(path, target, false, ['*']))
  })
  return {
    path,
    text,
    imports: [...tree.statements.flatMap((node) => staticImport(path, node)), ...dynamic],
    exports: tree.statements.flatMap(exportsOf),
    hasCode: tree.statements.some((node) => !isTypeOnly(node)),
    strings,
  }
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, (child) => {
    visit(child, see)
  })
}

/** `import('./x.ts')`, and `new URL('./x.ts', import.meta.url)`, by which threads are started. */
function moduleLoadedBy(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined
  const [first] = node.arguments ?? []
  if (first === undefined || !ts.isStringLiteral(first)) return undefined
  const loads = node.expression.kind === ts.SyntaxKind.ImportKeyword
  const locates = node.expression.getText() === 'URL' && first.text.endsWith('.ts')
  return loads || locates ? first.text : undefined
}

function staticImport(path: string, node: ts.Statement): Import[] {
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return [importOf(path, literal(node.moduleSpecifier), node.isTypeOnly, ['*'])]
  }
  if (!ts.isImportDeclaration(node)) return []
  const clause = node.importClause
  const typeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  return [importOf(path, literal(node.moduleSpecifier), typeOnly, namesOf(clause))]
}

function namesOf(clause: ts.ImportClause | undefined): string[] {
  const bindings = clause?.namedBindings
  if (bindings === undefined) return clause?.name === undefined ? [] : ['default']
  if (ts.isNamespaceImport(bindings)) return ['*']
  return bindings.elements.map((element) => (element.propertyName ?? element.name).text)
}

function literal(node: ts.Expression): string {
  return ts.isStringLiteral(node) ? node.text : ''
}

function importOf(
  path: string,
  specifier: string,
  typeOnly: boolean,
  names: readonly string[],
): Import {
  const local = specifier.startsWith('.')
  const target = local ? normalize(join(dirname(path), specifier)) : specifier
  return { target, typeOnly, names }
}

function exportsOf(node: ts.Statement): Export[] {
  if (ts.isExportDeclaration(node) && node.exportClause && ts.isNamedExports(node.exportClause)) {
    return node.exportClause.elements.map(({ name }) => ({
      name: name.text,
      isType: node.isTypeOnly,
    }))
  }
  if (!ts.canHaveModifiers(node)) return []
  const exported = ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  return exported === true
    ? declaredNames(node).map((name) => ({ name, isType: isTypeOnly(node) }))
    : []
}

function declaredNames(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : [],
    )
  }
  if (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  ) {
    return node.name === undefined ? ['default'] : [node.name.text]
  }
  return []
}

function isTypeOnly(node: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true
  if (ts.isImportDeclaration(node)) return true
  if (ts.isExportDeclaration(node)) return node.isTypeOnly
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false
}
