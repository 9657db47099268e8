"""The limit of the import: raw COPY of the same orders, lines and customers into the same indexed tables."""

import time

from tests.bench.work import raw_connection, tell

TABLES = ("membership_customer", "fulfillment_order", "fulfillment_orderline")


def main():
    """Copy the tables out, empty them, and take the time of copying them in again."""
    with raw_connection() as connection:
        cursor = connection.cursor()
        texts = {table: _copied(cursor, table) for table in TABLES}
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        connection.commit()
        started = time.perf_counter()
        for table, blocks in texts.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as into:
                for block in blocks:
                    into.write(block)
        connection.commit()
        tell(seconds=time.perf_counter() - started)


def _copied(cursor, table):
    with cursor.copy(f"COPY {table} TO STDOUT") as out:
        return [bytes(block) for block in out]


if __name__ == "__main__":
    main()
