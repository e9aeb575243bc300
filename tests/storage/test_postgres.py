"""The PostgreSQL that the other tests stand on."""

from sqlalchemy import create_engine, text

from tests.storage.postgres import Server


def test_every_database_is_fresh(postgres_server: Server) -> None:
    for _ in range(2):
        with postgres_server.database() as url:
            engine = create_engine(url)
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE seen (what text)"))
            engine.dispose()


def test_a_database_can_be_copied(postgres_server: Server, postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE seen AS SELECT 'kept' AS what"))
    engine.dispose()
    with postgres_server.database(like=postgres_url) as copy:
        engine = create_engine(copy)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT what FROM seen")) == "kept"
        engine.dispose()
