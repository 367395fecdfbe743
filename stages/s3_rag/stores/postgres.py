"""Postgres with pgvector: a table, an index of words, a graph of vectors, and filters in SQL.

Words are Postgres' own: its English stems and stop words, any of the words, ranked by `ts_rank`, to which a frequent
word is worth as much as a rare one. (`ts_rank_cd`, which counts how near words stand, finds less: nDCG@10 0.343 against
0.403 on Brewline's questions.) Vectors are searched in an HNSW graph that goes on until enough of what it meets is
allowed; where a filter leaves little, the planner compares that exactly.
https://github.com/pgvector/pgvector#filtering, https://www.postgresql.org/docs/current/textsearch-controls.html
"""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from typing import Any

import psycopg
from pgvector.psycopg import register_vector
from psycopg.sql import SQL, Composed, Identifier, Literal

from ..vectors import Vector
from .contract import Allowed, Entry, StoreUnavailable, same_model

EF_SEARCH = 200  # how many neighbours are looked at; at least as many as are wanted
_SESSION = f"""
set hnsw.ef_search = {EF_SEARCH};
set hnsw.iterative_scan = strict_order;
set hnsw.max_scan_tuples = 2147483647;
set maintenance_work_mem = '512MB';
"""
_TABLE = SQL("""
create table {} (id text primary key, version text not null, document text not null, text text not null,
    access text[] not null, vector vector({}) not null,
    words tsvector generated always as (to_tsvector('english', text)) stored)
""")
_INDEXES = SQL("""
create index if not exists {} on {table} using gin (words);
create index if not exists {} on {table} (document);
create index if not exists {} on {table} using hnsw (vector vector_ip_ops);
analyze {table};
""")
_WORDS = SQL("""
select id, ts_rank(words, asked, 1)
from {}, (select string_agg(quote_literal(lexeme), ' | ')::tsquery asked
    from unnest(to_tsvector('english', %(asked)s))) question
where words @@ asked and access && %(access)s and (%(documents)s::text[] is null or document = any(%(documents)s))
order by 2 desc, 1 limit %(k)s
""")
_MEANING = SQL("""
select id, -(vector <#> %(asked)s) from {}
where access && %(access)s and (%(documents)s::text[] is null or document = any(%(documents)s))
order by vector <#> %(asked)s limit %(k)s
""")


class PostgresStore:
    """One table of a database."""

    def __init__(self, url: str, name: str, model: str) -> None:
        """Connect; the database needs the extension `vector`, or the right to create it.

        Raises:
            StoreUnavailable: the database does not answer, or has no pgvector.
            SettingsError: the table is of another model.
        """
        self.name, self.model = name, model
        with ExitStack() as open_files:
            try:
                self._db = open_files.enter_context(psycopg.connect(url, autocommit=True, connect_timeout=10))
                self._db.execute("create extension if not exists vector")
            except psycopg.Error as exc:
                raise StoreUnavailable(
                    f"COURSE_DATABASE_URL leads to no Postgres with pgvector: {exc}".strip()
                ) from exc
            register_vector(self._db)
            self._db.execute(_SESSION)
            self._is_there()
            open_files.pop_all()  # it stays open

    def versions(self) -> dict[str, str]:
        return dict(self._rows(SQL("select id, version from {}"))) if self._is_there() else {}

    def update(self, entries: Sequence[Entry], removed: Collection[str]) -> None:
        with self._db.transaction():
            if self._is_there():
                gone = [*removed, *(entry.id for entry in entries)]
                self._db.execute(self._with(SQL("delete from {} where id = any(%s)")), [gone])
            elif entries:
                self._create(len(entries[0].vector))
            copy = self._with(SQL("copy {} (id, version, document, text, access, vector) from stdin (format binary)"))
            if entries:
                with self._db.cursor().copy(copy) as rows:
                    rows.set_types(["text", "text", "text", "text", "text[]", "vector"])
                    for one in entries:
                        row = (one.id, one.version, one.document, _plain(one.text), list(one.access), one.vector)
                        rows.write_row(row)

    def settle(self) -> None:
        if self._is_there():
            names = [Identifier(f"{self.name}_{column}") for column in ("words", "document", "vector")]
            self._db.execute(_INDEXES.format(*names, table=Identifier(self.name)))

    def by_words(self, question: str, k: int, allowed: Allowed) -> dict[str, float]:
        return self._search(_WORDS, _plain(question), k, allowed)

    def by_meaning(self, vector: Vector, k: int, allowed: Allowed) -> dict[str, float]:
        return self._search(_MEANING, vector, k, allowed)

    def count(self) -> int:
        return int(self._rows(SQL("select count(*) from {}"))[0][0]) if self._is_there() else 0

    def drop(self) -> None:
        self._db.execute(self._with(SQL("drop table if exists {}")))

    def close(self) -> None:
        self._db.close()

    def _search(self, query: SQL, asked: Any, k: int, allowed: Allowed) -> dict[str, float]:
        if not self._is_there():
            return {}
        only = None if allowed.documents is None else list(allowed.documents)
        given = {"asked": asked, "k": k, "access": list(allowed.access), "documents": only}
        return {row[0]: float(row[1]) for row in self._db.execute(self._with(query), given).fetchall()}

    def _create(self, width: int) -> None:
        """The model's name is the table's comment: it lives and goes with it."""
        self._db.execute(_TABLE.format(Identifier(self.name), Literal(width)))
        self._db.execute(SQL("comment on table {} is {}").format(Identifier(self.name), Literal(self.model)))

    def _is_there(self) -> bool:
        found = self._db.execute("select obj_description(to_regclass(quote_ident(%s)), 'pg_class')", [self.name])
        row = found.fetchone()
        same_model(self.name, row[0] if row else None, self.model)
        return row is not None and row[0] is not None

    def _rows(self, query: SQL) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._db.execute(self._with(query)).fetchall()
        return rows

    def _with(self, query: SQL) -> Composed:
        return query.format(Identifier(self.name))


def _plain(text: str) -> str:
    """Postgres keeps no zero characters in a text."""
    return text.replace("\0", " ")
