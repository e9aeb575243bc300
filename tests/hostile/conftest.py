"""What touches a database is tried on both."""

from tests.journeys.conftest import url as url
